namespace PluginIr.Hosting.Plugins;

// The end: every plugin is let go of, and nothing is loaded any more.
public sealed partial class PluginHost
{
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _givenUp = new();
    private Task? _stopping;

    /// <summary>Takes every plugin out of the registry and lets it go; waits until calls have left them. Nothing is loaded any more.</summary>
    /// <param name="cancellationToken">
    /// Gives up waiting: generations that calls are still inside are logged with ops and threads, and are neither disposed nor unloaded; their files
    /// stay until a host that starts after this process has ended removes them. Of several who wait, the first to give up does so for all.
    /// </param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        // A build that is being loaded now is not wanted any more; whether memory is given back is no matter either.
        await _closing.CancelAsync().ConfigureAwait(false);
        using CancellationTokenRegistration givesUp = cancellationToken.UnsafeRegister(_ => _givenUp.Cancel(), null);

        // A look that is under way waits for nothing any more but a Dispose, and for that DisposeTimeout at most.
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        Task stopping;
        try
        {
            stopping = _stopping ??= LetGoOfAllAsync();
        }
        finally
        {
            _gate.Release();
        }

        await stopping.ConfigureAwait(false);
    }

    /// <summary><see cref="StopAsync"/>, unless the host was stopped before; waits for calls for as long as they take.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task LetGoOfAllAsync()
    {
        foreach (PluginSlot slot in _slots.ToList())
            Remove(slot, "the host stops");
        _status = [];

        await Task.WhenAll(_retiring).ConfigureAwait(false);
        _runtime.KernelSetAside -= OnKernelSetAside;
        _runtime.KernelRestored -= OnKernelRestored;
        _events.Complete();
        _telemetry.Dispose();
        if (_retired.Values.All(r => r.State != RetiredState.Draining))
            _copies.Dispose();
    }
}
