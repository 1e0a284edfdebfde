using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Plugins;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;

namespace PluginIr.Hosting;

/// <summary>Loads plugins before the application's own services start, follows folders and configuration, lets go after those have stopped.</summary>
internal sealed class PluginIrService(
    IrRuntime runtime, PluginHost plugins, PluginIrConfiguration configuration, IHostEnvironment environment, ILogger<PluginIrService> logger)
    : IHostedLifecycleService, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _missing = [];
    private readonly Lock _followLock = new();
    private Task _following = Task.CompletedTask;
    private CancellationTokenSource? _watch; // While the folders are followed.

    /// <summary>True while changes of the plugins' folders are followed.</summary>
    internal bool IsFollowing
    {
        get
        {
            lock (_followLock)
                return !_following.IsCompleted;
        }
    }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        PluginIrOptions options = configuration.Current;
        await ScanAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Apply(options);
        }
        catch (PriorityException refused)
        {
            // A provider that is not there is most often one whose plugin was refused.
            IEnumerable<string> reasons = plugins.Plugins.Where(p => p.Problem is not null).Select(p => $"Plugin {p.Name}: {p.Problem}");
            throw new PluginIrOptionsException([.. refused.Problems, .. reasons]);
        }

        configuration.Follow(Apply);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await StopFollowingAsync().ConfigureAwait(false);

        // Nothing is to be warned of when what the priority names goes because everything does.
        runtime.SetPriority(PriorityTable.Default);
        await plugins.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    // Also where the host was never stopped, because a service that came later did not start.
    public async ValueTask DisposeAsync()
    {
        await StopFollowingAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task StopFollowingAsync()
    {
        Task following;
        lock (_followLock)
        {
            _watch?.Cancel();
            _stop.Cancel();
            following = _following;
        }

        await following.ConfigureAwait(false);
    }

    // Refused as a whole or in force as a whole: what can be refused comes first.
    private void Apply(PluginIrOptions options)
    {
        PluginIrOptionsNames.Require(options, runtime.Registry);
        runtime.SetPriority(options.Priority);
        runtime.MaxFaults = options.MaxFaults;
        runtime.Threads = options.Threads;
        PluginIrOptionsNames.WarnOfStrangers(options, runtime.Registry, logger);
        FollowFolders(options.Watch);
    }

    private void FollowFolders(bool watch)
    {
        lock (_followLock)
        {
            if (watch == _watch is not null || _stop.IsCancellationRequested)
                return;
            if (watch)
            {
                _watch = new CancellationTokenSource();
                _following = Task.WhenAll(_following, FollowAsync(_watch.Token));
            }
            else
            {
                _watch!.Cancel();
                _watch = null;
            }
        }
    }

    // A look that has begun when the folders are followed no longer ends as it would have: only the service's own end leaves a build behind.
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var watcher = new PluginWatcher(logger);
        while (true)
        {
            try
            {
                watcher.Follow(Folders());
                await watcher.WaitAsync(cancellationToken).ConfigureAwait(false);
                long version = runtime.Registry.Version;
                await ScanAsync(_stop.Token).ConfigureAwait(false);
                if (runtime.Registry.Version != version)
                    configuration.TryAgain();
            }
            catch (Exception ended) when (ended is OperationCanceledException || (ended is ObjectDisposedException { ObjectName: var name } && name == typeof(PluginHost).FullName))
            {
                // This service stops, or the application has stopped the plugins itself.
                return;
            }
            catch (Exception failure)
            {
                Log.ScanFailed(logger, failure);
            }
        }
    }

    private Task ScanAsync(CancellationToken cancellationToken)
    {
        string[] folders = Folders();
        foreach (string folder in folders)
        {
            if (Directory.Exists(folder))
                _missing.Remove(folder);
            else if (_missing.Add(folder))
                Log.NoFolder(logger, folder);
        }

        return plugins.ScanAsync(folders, configuration.Current, cancellationToken);
    }

    private string[] Folders() => [.. configuration.Current.Plugins.Select(f => Path.GetFullPath(f, environment.ContentRootPath))];
}
