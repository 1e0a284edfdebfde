using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime.Priority;

/// <summary>The snapshots of priority scopes, kept for as long as what they are derived from: a server opens a scope for every request.</summary>
internal sealed class ScopedSnapshots
{
    // Of one snapshot. Scopes whose tables are made of requests' data could be any number.
    private const int MaxKept = 64;

    private readonly ConditionalWeakTable<RegistrySnapshot, ConcurrentDictionary<string, RegistrySnapshot>> _derived = [];

    /// <summary>A snapshot with another priority.</summary>
    /// <param name="current">What it is derived from.</param>
    /// <param name="priority">The priority.</param>
    public RegistrySnapshot Of(RegistrySnapshot current, PriorityTable priority)
    {
        ConcurrentDictionary<string, RegistrySnapshot> derived = _derived.GetValue(current, static _ => new(StringComparer.Ordinal));
        string key = priority.Key;
        if (derived.TryGetValue(key, out RegistrySnapshot? known))
            return known;

        // It has the version of what it is derived from: a drain waits for both alike.
        RegistrySnapshot made = SnapshotBuilder.Build(current.Version, current.Generations, priority, current.SetAside);
        return derived.Count < MaxKept ? derived.GetOrAdd(key, made) : made;
    }

    /// <summary>True when such a snapshot has been made: its priority names nothing that is not there.</summary>
    public bool Has(RegistrySnapshot current, PriorityTable priority) =>
        _derived.TryGetValue(current, out ConcurrentDictionary<string, RegistrySnapshot>? derived) && derived.ContainsKey(priority.Key);
}
