using System.Runtime.CompilerServices;

namespace PluginIr.Dispatch;

/// <summary>The read side of the registry: what typed calls hang on. The host's runtime derives from it.</summary>
/// <remarks>
/// It lives in the contracts because generated calls inline it: one call is enter, read rows, call through a pointer, leave.
/// Invariants: a published snapshot is never changed; between <see cref="Enter"/> and <see cref="CallSlot.Leave"/> no generation
/// that the entered snapshot refers to is disposed or unloaded; nothing here allocates or locks once a thread has made a call.
/// </remarks>
public abstract partial class IrDispatcher
{
    // The thread's number when it may enter the fast way; 0 otherwise, and then no slot is found.
    [ThreadStatic]
    private static int t_fast;

    // How many dispatchers have a priority scope in force for the code that runs on the thread now.
    [ThreadStatic]
    private static int t_scopes;

    private Snapshot _current;

    // By thread number: the slot that the thread enters the fast way. Nobody's number is 0. Grows by being replaced.
    private CallSlot?[] _fast = [null];

    /// <summary>Starts from a snapshot.</summary>
    /// <param name="initial">The snapshot.</param>
    /// <param name="workers">The threads that kernels share; null for none.</param>
    protected IrDispatcher(Snapshot initial, WorkerPool? workers = null)
    {
        _current = initial;
        Workers = workers;
    }

    /// <summary>The threads that kernels share; null for none.</summary>
    public WorkerPool? Workers { get; }

    /// <summary>The snapshot that calls read now.</summary>
    public Snapshot Current => Volatile.Read(ref _current);

    /// <summary>Begins a call: the snapshot stays valid until the slot is left.</summary>
    /// <param name="op">The <see cref="OpId"/> of what is called, or <see cref="OpId.None"/>: for whoever asks what a drain waits for.</param>
    /// <param name="snapshot">What to select a kernel from.</param>
    /// <returns>The slot to <see cref="CallSlot.Leave"/>, in a <c>finally</c>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CallSlot Enter(int op, out Snapshot snapshot)
    {
        int thread = t_fast;
        CallSlot?[] fast = _fast;
        CallSlot? slot;
        if ((uint)thread >= (uint)fast.Length || (slot = fast[thread]) is null || slot.Active != 0)
        {
            slot = EnterSlowly();
            slot.Begin(op);
            snapshot = slot.TakeEntered();
            return slot;
        }

        slot.Begin(op);
        Snapshot seen = _current;
        while (true)
        {
            // Say first which snapshot is used, then look whether it still is the current one: a publisher that has replaced it
            // and not seen us is seen by us.
            slot.Active = seen.Version;
            Snapshot now = Volatile.Read(ref _current);
            if (ReferenceEquals(now, seen))
                break;
            seen = now;
        }

        snapshot = seen;
        return slot;
    }

    /// <summary>A tensor for an op's output, contents undefined.</summary>
    /// <param name="spec">Its dtype and shape.</param>
    /// <param name="device">Where.</param>
    public abstract Tensor Allocate(TensorSpec spec, Device device);

    /// <summary>The same from inside a call, which has entered a snapshot already. Since contracts 1.3.</summary>
    /// <param name="spec">Its dtype and shape.</param>
    /// <param name="device">Where.</param>
    /// <param name="entered">What the call got from <see cref="Enter"/>, and has not left.</param>
    public virtual Tensor Allocate(TensorSpec spec, Device device, Snapshot entered) => Allocate(spec, device);

    /// <summary>Copies between two tensors of equal spec, on whatever devices.</summary>
    public abstract void Copy(Tensor source, Tensor target);

    /// <summary>The error for a call that no row took.</summary>
    /// <param name="snapshot">The snapshot that was read.</param>
    /// <param name="op">The op's name.</param>
    /// <param name="opId">The op's id.</param>
    /// <param name="device">The device kind of its tensors.</param>
    /// <param name="traits">The call's traits.</param>
    /// <param name="arguments">The inputs without their data.</param>
    public abstract Exception NoKernel(
        Snapshot snapshot, string op, int opId, DeviceKind device, CallTraits traits, in SpecArguments arguments);

    /// <summary>Told when a call fell through to a kernel that its op's explicit configuration does not name. Must not throw.</summary>
    /// <param name="snapshot">The snapshot that was read.</param>
    /// <param name="opId">The op's id.</param>
    /// <param name="kernel">The chosen kernel's index in the snapshot.</param>
    /// <param name="traits">The call's traits.</param>
    /// <param name="arguments">The inputs without their data.</param>
    public abstract void OnFallback(Snapshot snapshot, int opId, int kernel, CallTraits traits, in SpecArguments arguments);

    /// <summary>Told of an exception that leaves a call, before it does. An exception filter: costs nothing unless one is thrown.</summary>
    /// <param name="slot">The call's slot, which says which kernel it was inside of.</param>
    /// <param name="snapshot">The snapshot that was read.</param>
    /// <param name="failure">The exception, which goes on to the caller.</param>
    /// <returns>False, always: nothing is caught.</returns>
    public virtual bool OnFault(CallSlot slot, Snapshot snapshot, Exception failure) => false;

    /// <summary>The same of typed calls that were compiled against contracts before 1.2. They do not say which kernel they were inside of.</summary>
    /// <param name="snapshot">The snapshot that was read.</param>
    /// <param name="opId">The op's id.</param>
    /// <param name="failure">The exception, which goes on to the caller.</param>
    /// <returns>False, always: nothing is caught.</returns>
    public virtual bool OnFault(Snapshot snapshot, int opId, Exception failure) => false;

    /// <summary>The snapshot of the priority scope that the calling code is in; null when it is in none.</summary>
    protected abstract Snapshot? ScopedSnapshot();
}
