using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PluginIr.Dispatch;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime.Observing;

/// <summary>Counts calls by op and provider while it is a dispatcher's observer.</summary>
public sealed class CallCounter : CallObserver
{
    // By name, not by kernel: an entry must not keep a generation alive.
    private readonly ConcurrentDictionary<(string Op, string Provider), StrongBox<long>> _counts = new();

    /// <summary>The counts so far, by op and provider.</summary>
    public IReadOnlyList<(string Op, string Provider, long Calls)> Counts =>
        [.. _counts.Select(c => (c.Key.Op, c.Key.Provider, Volatile.Read(ref c.Value.Value))).OrderBy(c => c.Op, StringComparer.Ordinal).ThenBy(c => c.Provider, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override void OnCall(Snapshot snapshot, int op, int kernel, CallTraits traits, in SpecArguments arguments)
    {
        RegisteredKernel chosen = ((RegistrySnapshot)snapshot).Kernels[kernel];
        Interlocked.Increment(ref _counts.GetOrAdd((chosen.Op.Name, chosen.Provider.Name), static _ => new StrongBox<long>()).Value);
    }
}
