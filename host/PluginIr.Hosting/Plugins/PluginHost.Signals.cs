using PluginIr.Hosting.Events;
using PluginIr.Hosting.Telemetry;
using PluginIr.Runtime.Devices;
using PluginIr.Runtime.Registry;

namespace PluginIr.Hosting.Plugins;

// What the host says of itself: to whoever asks, to whoever listens, and to other processes.
public sealed partial class PluginHost
{
    private readonly PluginEvents _events;
    private readonly PluginTelemetry _telemetry;
    private readonly Lock _statusLock = new();
    private volatile IReadOnlyList<PluginStatus> _status = [];
    private long _swaps;
    private long _refusals;

    /// <summary>All plugins, as the last look at the folders left them, with their devices as they are now.</summary>
    public IReadOnlyList<PluginStatus> Plugins
    {
        get
        {
            IReadOnlyList<DeviceRuntimeStatus> devices = _runtime.Devices;
            return devices.Count == 0 ? _status : [.. _status.Select(s => s with { DeviceRuntimes = [.. devices.Where(d => d.Plugin == s.Name)] })];
        }
    }

    /// <summary>How many times a generation took the place of another since the process began.</summary>
    public long Swaps => Interlocked.Read(ref _swaps);

    /// <summary>How many builds were refused since the process began.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>All of this at once, as other processes see it through <see cref="RunningHosts"/>.</summary>
    public HostStatus Status => new(
        Environment.ProcessId, _time.GetUtcNow(), Plugins, Retired, [.. _runtime.Registry.SetAside], Swaps, Refusals);

    /// <summary>
    /// What happens to plugins, from each subscription on. An observer that is slow, or throws, holds no plugin up; one that throws is logged and
    /// told no more.
    /// </summary>
    public IObservable<PluginEvent> Events => _events;

    /// <summary>What happens to plugins from now on, until the host is stopped or disposed.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<PluginEvent> Listen(CancellationToken cancellationToken = default) => _events.Listen(cancellationToken);

    private void OnKernelSetAside(SetAsideKernel kernel, string reason) => OnKernel(PluginEventKind.SetAside, kernel, reason);

    private void OnKernelRestored(SetAsideKernel kernel, string reason) => OnKernel(PluginEventKind.Restored, kernel, reason);

    private void OnKernel(PluginEventKind kind, SetAsideKernel kernel, string reason)
    {
        Generation? generation = _runtime.Registry.Generations.FirstOrDefault(g => g.Plugin == kernel.Plugin && g.Number == kernel.Generation);
        Raise(kind, kernel.Plugin, generation?.ToString(), $"{kernel.Op} by {kernel.Provider}: {reason}");
        WriteStatus();
    }

    private void WriteStatus()
    {
        try
        {
            lock (_statusLock)
                RunningHosts.Write(_copies.Folder, Status);
        }
        catch (Exception failure)
        {
            // A disk that is full, say. What serves does not depend on it, and neither does a swap.
            Log.StatusNotWritten(_logger, failure.Message);
        }
    }

    private void Raise(PluginEventKind kind, string plugin, string? generation, string? detail = null)
    {
        var happened = new PluginEvent(kind, plugin, generation, _time.GetUtcNow(), detail);
        _telemetry.Count(happened);
        _events.Raise(happened);
    }
}
