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
    private PaddedVersion _active;
    private Snapshot? _entered;

    internal CallSlot(int thread) => Thread = thread;

    /// <summary>What kernels of this thread's calls get.</summary>
    public KernelContext Context { get; } = new();

    /// <summary>Told of every call while set; null, and free, otherwise.</summary>
    public CallObserver? Observer { get; internal set; }

    /// <summary>The <see cref="ThreadNumber"/> of the thread that enters through this slot.</summary>
    internal int Thread { get; }

    /// <summary>The version of the snapshot that a call is inside of; 0 when none is.</summary>
    internal long Active
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _active.Value);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Volatile.Write(ref _active.Value, value);
    }

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

    // A cache line of its own, so that threads do not slow each other.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct PaddedVersion
    {
        [FieldOffset(64)]
        public long Value;
    }
}
