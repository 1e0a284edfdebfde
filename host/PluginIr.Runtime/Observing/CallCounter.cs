using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PluginIr.Dispatch;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime.Observing;

/// <summary>Counts calls by op and provider while it is a dispatcher's observer.</summary>
public sealed class CallCounter : CallObserver
{
    // By name, not by kernel: an entry must not keep a generation alive.
    private readonly ConcurrentDictionary<(string Op, string Provider, int Generation), StrongBox<long>> _counts = new();

    /// <summary>The counts so far, by op, provider and the number of the plugin's generation.</summary>
    public IReadOnlyList<(string Op, string Provider, int Generation, long Calls)> CountsByGeneration =>
    [
        .. _counts
            .Select(c => (c.Key.Op, c.Key.Provider, c.Key.Generation, Volatile.Read(ref c.Value.Value)))
            .OrderBy(c => c.Op, StringComparer.Ordinal).ThenBy(c => c.Provider, StringComparer.Ordinal).ThenBy(c => c.Generation),
    ];

    /// <summary>The counts so far, by op and provider.</summary>
    public IReadOnlyList<(string Op, string Provider, long Calls)> Counts =>
        [.. CountsByGeneration.GroupBy(c => (c.Op, c.Provider)).Select(g => (g.Key.Op, g.Key.Provider, g.Sum(c => c.Calls)))];

    /// <inheritdoc/>
    public override void OnCall(Snapshot snapshot, int op, int kernel, CallTraits traits, in SpecArguments arguments)
    {
        RegisteredKernel chosen = ((RegistrySnapshot)snapshot).Kernels[kernel];
        var key = (chosen.Op.Name, chosen.Provider.Name, chosen.Generation.Number);
        Interlocked.Increment(ref _counts.GetOrAdd(key, static _ => new StrongBox<long>()).Value);
    }
}
