using System.Collections.Concurrent;
using PluginIr.Dispatch;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime.Observing;

/// <summary>Counts calls by op and provider while it is a dispatcher's observer.</summary>
public sealed class CallCounter : CallObserver
{
    // By name, not by kernel: an entry must not keep a generation alive.
    private readonly ConcurrentDictionary<(string Op, string Provider, int Generation), Tally> _counts = new();

    /// <summary>The counts so far, by op, provider and the number of the plugin's generation.</summary>
    public IReadOnlyList<(string Op, string Provider, int Generation, long Calls)> CountsByGeneration =>
    [
        .. _counts
            .Select(c => (c.Key.Op, c.Key.Provider, c.Key.Generation, Volatile.Read(ref c.Value.Calls)))
            .OrderBy(c => c.Op, StringComparer.Ordinal).ThenBy(c => c.Provider, StringComparer.Ordinal).ThenBy(c => c.Generation),
    ];

    /// <summary>The counts so far, by op and provider.</summary>
    public IReadOnlyList<(string Op, string Provider, long Calls)> Counts =>
        [.. CountsByGeneration.GroupBy(c => (c.Op, c.Provider)).Select(g => (g.Key.Op, g.Key.Provider, g.Sum(c => c.Calls)))];

    /// <summary>Drops what was counted of a generation; should it be called after all, its counts begin anew.</summary>
    /// <param name="plugin">The plugin's name.</param>
    /// <param name="generation">The generation's number.</param>
    public void Forget(string plugin, int generation)
    {
        foreach (KeyValuePair<(string Op, string Provider, int Generation), Tally> count in _counts)
        {
            if (count.Key.Generation == generation && count.Value.Plugin == plugin)
                _counts.TryRemove(count);
        }
    }

    /// <inheritdoc/>
    public override void OnCall(Snapshot snapshot, int op, int kernel, CallTraits traits, in SpecArguments arguments)
    {
        RegisteredKernel chosen = ((RegistrySnapshot)snapshot).Kernels[kernel];
        var key = (chosen.Op.Name, chosen.Provider.Name, chosen.Generation.Number);
        Interlocked.Increment(ref _counts.GetOrAdd(key, static (_, plugin) => new Tally(plugin), chosen.Generation.Plugin).Calls);
    }

    // A provider is one plugin's at a time, so that its name need not be part of the key.
    private sealed class Tally(string plugin)
    {
        public readonly string Plugin = plugin;
        public long Calls;
    }
}
