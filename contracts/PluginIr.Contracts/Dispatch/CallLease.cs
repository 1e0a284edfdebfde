namespace PluginIr.Dispatch;

/// <summary>Keeps every generation that is loaded now from being disposed, across awaits and threads: what <see cref="IrDispatcher.Lease"/> returns.</summary>
/// <remarks>Calls made meanwhile go to whatever is current. Hold it briefly: a replaced generation waits for it.</remarks>
public sealed class CallLease : IDisposable
{
    private readonly CallSlot _slot;
    private int _isDisposed;

    internal CallLease(CallSlot slot) => _slot = slot;

    /// <summary>Gives it back. Doing so twice has no further effect.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _slot.Leave();
    }
}
