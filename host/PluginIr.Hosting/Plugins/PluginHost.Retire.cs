using System.Collections.Concurrent;
using PluginIr.Devices;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Loading;
using PluginIr.Hosting.Telemetry;

namespace PluginIr.Hosting.Plugins;

// Letting go of a generation that is out of the registry. Runs beside everything else: a swap does not wait for the one before.
public sealed partial class PluginHost
{
    private readonly ConcurrentDictionary<string, RetiredGeneration> _retired = new();
    private readonly ConcurrentDictionary<string, (string Plugin, int Number, WeakReference Reference)> _leaked = new();

    /// <summary>
    /// Generations that are out of the registry and still in memory; those that leaked stay here until a look at the folders finds them gone.
    /// </summary>
    public IReadOnlyList<RetiredGeneration> Retired => [.. _retired.Values.OrderBy(r => r.Since)];

    private void Retire(LoadedPlugin old, long version)
    {
        _retiring.RemoveAll(t => t.IsCompleted);
        string generation = old.Generation.ToString();
        // What is waited for next must not itself be a reference to the generation: only the first half knows it.
        Task<WeakReference> released = ReleaseAsync(old, version);
        _retiring.Add(ConfirmAsync(old.Manifest.Name, old.Generation.Number, generation, released));
    }

    // Drained, disposed, released. Its caller keeps no reference to the generation, and its result is a weak one.
    private async Task<WeakReference> ReleaseAsync(LoadedPlugin old, long version)
    {
        string plugin = old.Manifest.Name, generation = old.Generation.ToString();
        TimeSpan disposeTimeout = _options.DisposeTimeout;
        Note(plugin, generation, RetiredState.Draining, null);
        try
        {
            using PluginTelemetry.StepScope step = _telemetry.Begin("drain", plugin);
            await DrainAsync(old, generation, version).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_givenUp.IsCancellationRequested)
        {
            Log.LeftInside(_logger, generation, CallsInside(version));
            throw;
        }
        catch (Exception failure)
        {
            // Of its own runtime, and no driver's error: whether its work is done is not known, so its code stays.
            Log.CannotDrain(_logger, generation, failure);
            throw;
        }

        Log.Drained(_logger, generation);
        Note(plugin, generation, RetiredState.Unloading, null);
        Raise(PluginEventKind.Drained, plugin, generation);
        using (_telemetry.Begin("dispose", plugin))
            await DisposeAsync(old, disposeTimeout).ConfigureAwait(false);

        WeakReference reference = old.Unload();
        RemoveFiles(old);
        return reference;
    }

    // Where loaded files cannot be removed, they are when the process ends, or by the next one.
    private void RemoveFiles(LoadedPlugin old)
    {
        if (old.TryRemoveFiles() is { } problem)
            Log.FilesKept(_logger, old.Generation.ToString(), problem);
    }

    private async Task DrainAsync(LoadedPlugin old, string generation, long version)
    {
        string plugin = old.Manifest.Name;
        TimeSpan deadline = _options.DrainDeadline;
        Task drained = DrainCallsAndDevicesAsync(old, generation, version);
        await drained.WaitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!drained.IsCompleted)
        {
            string calls = CallsInside(version), problem = $"calls are inside for more than {deadline.TotalSeconds:0.###} s: {calls}";
            Log.StaysInside(_logger, generation, deadline.TotalSeconds, calls);
            Note(plugin, generation, RetiredState.Draining, problem);
            Raise(PluginEventKind.Overdue, plugin, generation, problem);
        }

        await drained.ConfigureAwait(false);
    }

    private string CallsInside(long version)
    {
        IReadOnlyList<string> inside = _runtime.CallsOlderThan(version);
        return inside.Count == 0 ? "none; work of it is still queued on devices" : string.Join("; ", inside);
    }

    // A call to a device's kernel returns when its work is queued; the code that it runs must stay until the work is done.
    private async Task DrainCallsAndDevicesAsync(LoadedPlugin old, string generation, long version)
    {
        await _runtime.DrainAsync(version, _givenUp.Token).ConfigureAwait(false);
        if (!old.UsesDevices)
            return;
        try
        {
            await Task.Factory.StartNew(
                () => _runtime.SynchronizeDevices(old.Generation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(_givenUp.Token).ConfigureAwait(false);
        }
        catch (DeviceException failure)
        {
            // Work that has failed is not running any more.
            Log.DeviceFailed(_logger, generation, failure.Message);
        }
    }

    // On a thread of its own, which is left behind when the plugin's own code does not return.
    private async Task DisposeAsync(LoadedPlugin old, TimeSpan timeout)
    {
        string generation = old.Generation.ToString();

        // What its libraries are given back with may wait for its devices as a whole, as cublasDestroy does, and would end what others record there.
        using IDisposable? suspended = old.UsesDevices ? _runtime.SuspendCaptures() : null;
        Task disposing = Task.Factory.StartNew(old.DisposePlugin, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await disposing.WaitAsync(timeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!disposing.IsCompleted)
            Log.DisposeHangs(_logger, generation, timeout.TotalSeconds);
        else if (disposing.Exception is { InnerException: { } failure })
            Log.DisposeFailed(_logger, generation, failure);
    }

    private async Task ConfirmAsync(string plugin, int number, string generation, Task<WeakReference> released)
    {
        WeakReference reference;
        bool isGone;
        try
        {
            reference = await released.ConfigureAwait(false);
            using PluginTelemetry.StepScope step = _telemetry.Begin("unload", plugin);
            isGone = await Unloading.ConfirmAsync(reference, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The process is about to end, and everything with it; what calls are still inside stays as it is until then.
            return;
        }
        catch (Exception failure)
        {
            Leak(plugin, generation, $"its device runtime cannot be waited for, so it is neither disposed nor unloaded: {failure.Message}");
            return;
        }

        if (isGone)
        {
            Unloaded(plugin, number, generation);
            return;
        }

        const string Causes =
            "something outside of it refers to what is inside: a static or a cache of the host, a thread, timer or task that was not stopped in Dispose, " +
            "a thread-static, a callback registered on a shared object";
        Log.Leaked(_logger, generation, Causes);
        Leak(plugin, generation, Causes);
        _leaked[generation] = (plugin, number, reference);
    }

    // What refers to it may let go later: a cache that expires, a task that ends. Nothing is collected for it; the process does that by itself.
    private void LookAtLeaked()
    {
        foreach ((string generation, (string plugin, int number, WeakReference reference)) in _leaked)
        {
            if (!reference.IsAlive && _leaked.TryRemove(generation, out _))
                Unloaded(plugin, number, generation);
        }
    }

    private void Unloaded(string plugin, int number, string generation)
    {
        _telemetry.Unloaded(plugin, number);
        Log.Unloaded(_logger, generation);
        Raise(PluginEventKind.Unloaded, plugin, generation);
        _retired.TryRemove(generation, out _);
        WriteStatus();
    }

    private void Leak(string plugin, string generation, string cause)
    {
        Note(plugin, generation, RetiredState.Leaked, cause);
        Raise(PluginEventKind.Leaked, plugin, generation, cause);
    }

    // What becomes of a generation is logged before it is noted here: who sees the state finds the log's line, though writing the status takes a moment.
    private void Note(string plugin, string generation, RetiredState state, string? detail)
    {
        _retired.AddOrUpdate(
            generation,
            _ => new RetiredGeneration(plugin, generation, state, _time.GetUtcNow(), detail),
            (_, known) => known with { State = state, Detail = detail });
        WriteStatus();
    }
}
