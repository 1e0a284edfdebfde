using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace PluginIr.Hosting.Plugins;

/// <summary>Says when something in the plugins' folders may have changed: soon after it has, and once for many changes at once.</summary>
/// <remarks>
/// The system's notifications are a hint only. They are lost on overflow and absent on some network file systems, and a folder may not
/// exist yet; so the folders are also looked at every so often.
/// </remarks>
internal sealed class PluginWatcher : IDisposable
{
    private static readonly TimeSpan s_longestBurst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lookAnyway = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, FileSystemWatcher> _watchers = [];
    private readonly Dictionary<string, string> _unavailable = [];
    private readonly ILogger _logger;
    private readonly Func<string, FileSystemWatcher> _open;
    private readonly Lock _lock = new();
    private readonly ChangeBurst _burst = new();

    /// <param name="logger">Where it logs.</param>
    /// <param name="open">Makes the system's watcher of a folder, or throws as that does; the usual one when null.</param>
    public PluginWatcher(ILogger logger, Func<string, FileSystemWatcher>? open = null)
    {
        _logger = logger;
        _open = open ?? (folder => new FileSystemWatcher(folder));
    }

    /// <summary>Follows these folders; those that do not exist are followed once they do.</summary>
    public void Follow(IReadOnlyList<string> folders)
    {
        foreach (string gone in _watchers.Keys.Where(f => !folders.Contains(f) || !Directory.Exists(f)).ToList())
        {
            _watchers[gone].Dispose();
            _watchers.Remove(gone);
        }

        foreach (string gone in _unavailable.Keys.Where(f => !folders.Contains(f) || !Directory.Exists(f)).ToList())
            _unavailable.Remove(gone);

        foreach (string folder in folders.Where(f => !_watchers.ContainsKey(f) && Directory.Exists(f)))
        {
            try
            {
                _watchers.Add(folder, Watch(folder));
                _unavailable.Remove(folder);
            }
            catch (Exception unavailable) when (unavailable is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // The system can be out of watches. Looking every so often goes on, and with it trying; that is said once for each reason.
                if (_unavailable.GetValueOrDefault(folder) == unavailable.Message)
                    continue;
                _unavailable[folder] = unavailable.Message;
                Log.CannotWatch(_logger, folder, s_lookAnyway.TotalSeconds, unavailable.Message);
            }
        }
    }

    /// <summary>Completes when it is time to look.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>
    /// Of many builds within a second only the first and the last are taken in; see <see cref="ChangeBurst"/>.
    /// </remarks>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (!await ChangesWithinAsync(s_lookAnyway, cancellationToken).ConfigureAwait(false))
            return;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < s_longestBurst && UntilQuiet() is { Ticks: > 0 } wait)
            await ChangesWithinAsync(wait, cancellationToken).ConfigureAwait(false);
        lock (_lock)
            _burst.Looking();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FileSystemWatcher watcher in _watchers.Values)
            watcher.Dispose();
    }

    private async Task<bool> ChangesWithinAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(time);
        try
        {
            return await _changes.Reader.ReadAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private FileSystemWatcher Watch(string folder)
    {
        FileSystemWatcher watcher = _open(folder);
        watcher.IncludeSubdirectories = true;
        watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size;
        watcher.Changed += Signal;
        watcher.Created += Signal;
        watcher.Deleted += Signal;
        watcher.Renamed += Signal;
        watcher.Error += Signal;
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private void Signal(object sender, EventArgs change)
    {
        // What the host keeps for itself beside the plugins is no change of theirs.
        if (change is FileSystemEventArgs { Name: { } name } && name.StartsWith('.'))
            return;
        lock (_lock)
            _burst.Changed(Now);
        _changes.Writer.TryWrite(true);
    }

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    private TimeSpan UntilQuiet()
    {
        lock (_lock)
            return _burst.UntilQuiet(Now);
    }
}
