using System.Collections.Concurrent;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Loading;

namespace PluginIr.Hosting.Plugins;

// Letting go of a generation that is out of the registry. Runs beside everything else: a swap does not wait for the one before.
public sealed partial class PluginHost
{
    private static readonly TimeSpan s_longCall = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, RetiredGeneration> _retired = new();
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Generations that are out of the registry and still in memory; those that leaked stay here.</summary>
    public IReadOnlyList<RetiredGeneration> Retired => [.. _retired.Values.OrderBy(r => r.Since)];

    private void Retire(LoadedPlugin old, long version)
    {
        _retiring.RemoveAll(t => t.IsCompleted);
        string generation = old.Generation.ToString();
        // What is waited for next must not itself be a reference to the generation: only the first half knows it.
        Task<WeakReference> released = ReleaseAsync(old, version);
        _retiring.Add(ConfirmAsync(old.Manifest.Name, generation, released));
    }

    // Drained, disposed, released. Its caller keeps no reference to the generation, and its result is a weak one.
    private async Task<WeakReference> ReleaseAsync(LoadedPlugin old, long version)
    {
        string generation = old.Generation.ToString();
        Note(generation, RetiredState.Draining, null);
        Task drained = _runtime.DrainAsync(version);
        await Task.WhenAny(drained, Task.Delay(s_longCall, _closing.Token)).ConfigureAwait(false);
        if (!drained.IsCompleted && !_closing.IsCancellationRequested)
        {
            string calls = string.Join("; ", _runtime.CallsOlderThan(version));
            Note(generation, RetiredState.Draining, $"calls are inside for more than {s_longCall.TotalSeconds:0} s: {calls}");
            Log.StaysInside(_logger, generation, s_longCall.TotalSeconds, calls);
        }

        await drained.ConfigureAwait(false);
        Note(generation, RetiredState.Unloading, null);
        Raise(PluginEventKind.Drained, old.Manifest.Name, generation);
        try
        {
            old.DisposePlugin();
        }
        catch (Exception failure)
        {
            Log.DisposeFailed(_logger, generation, failure);
        }

        WeakReference reference = old.Unload();
        try
        {
            old.RemoveFiles();
        }
        catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
        {
            // Where loaded files cannot be removed, they are when the process ends, or by the next one.
            Log.FilesKept(_logger, generation, inUse.Message);
        }

        return reference;
    }

    private async Task ConfirmAsync(string plugin, string generation, Task<WeakReference> released)
    {
        WeakReference reference = await released.ConfigureAwait(false);
        bool isGone;
        try
        {
            isGone = await Unloading.ConfirmAsync(reference, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The process is about to end, and everything with it.
            return;
        }

        if (isGone)
        {
            _retired.TryRemove(generation, out _);
            Log.Unloaded(_logger, generation);
            Raise(PluginEventKind.Unloaded, plugin, generation);
            return;
        }

        const string Causes =
            "something outside of it refers to what is inside: a static or a cache of the host, a thread or timer that was not stopped in Dispose, " +
            "a thread-static, a callback registered on a shared object";
        Note(generation, RetiredState.Leaked, Causes);
        Log.Leaked(_logger, generation, Causes);
        Raise(PluginEventKind.Leaked, plugin, generation, Causes);
    }

    private void Note(string generation, RetiredState state, string? detail) => _retired.AddOrUpdate(
        generation,
        _ => new RetiredGeneration(generation, state, _time.GetUtcNow(), detail),
        (_, known) => known with { State = state, Detail = detail });
}
