using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PluginIr.Dispatch;

/// <summary>Where one thread says which snapshot it is inside of, and what its kernels work with.</summary>
/// <remarks>
/// Only the owning thread writes <see cref="Active"/>; whoever retires a generation reads it. The owner's stores are plain: the
/// reader pays, with a process-wide barrier, for the ordering between them (asymmetric epochs, as in LightEpoch).
/// </remarks>
public sealed class CallSlot
{
    private const int InNone = -1;

    private Call _call;
    private PaddedVersion _active;
    private Snapshot? _entered;

    internal CallSlot(int thread, WorkerPool? workers)
    {
        Thread = thread;
        Context = new KernelContext { Workers = workers };
    }

    /// <summary>What kernels of this thread's calls get.</summary>
    public KernelContext Context { get; }

    /// <summary>Told of every call while set; null, and free, otherwise.</summary>
    public CallObserver? Observer { get; internal set; }

    /// <summary>The <see cref="ThreadNumber"/> of the thread that enters through this slot.</summary>
    internal int Thread { get; }

    /// <summary>The <see cref="OpId"/> of the call that is inside, for whoever asks what a drain waits for; the last one's when none is.</summary>
    public int Op
    {
        get => _call.Op;
        set => _call.Op = value;
    }

    /// <summary>The kernel that the call is inside of, as its index in the snapshot; less than 0 before it is, and undefined when no call is inside.</summary>
    public int Kernel
    {
        get => _call.Kernel;
        set => _call.Kernel = value;
    }

    /// <summary>The version of the snapshot that a call is inside of; 0 when none is.</summary>
    internal long Active
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _active.Value);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Volatile.Write(ref _active.Value, value);
    }

    /// <summary>Notes the op of a call that is in no kernel yet. One store, in the way of every call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Begin(int op) => _call.Both = ((long)InNone << 32) | (uint)op;

    /// <summary>Leaves a snapshot for <see cref="TakeEntered"/>.</summary>
    internal void HandOver(Snapshot entered) => _entered = entered;

    /// <summary>The snapshot that was handed over. Forgotten at once: a slot outlives generations and must not hold one.</summary>
    internal Snapshot TakeEntered()
    {
        Snapshot entered = _entered!;
        _entered = null;
        return entered;
    }

    /// <summary>Ends the call that <see cref="IrDispatcher.Enter"/> began.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave() => Active = 0;

    [StructLayout(LayoutKind.Explicit, Size = 8)]
    private struct Call
    {
        // The other two as one number: the op in its lower half, on every processor that .NET runs on.
        [FieldOffset(0)]
        public long Both;

        [FieldOffset(0)]
        public int Op;

        [FieldOffset(4)]
        public int Kernel;
    }

    // A cache line of its own, so that threads do not slow each other.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct PaddedVersion
    {
        [FieldOffset(64)]
        public long Value;
    }
}
