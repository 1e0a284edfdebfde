using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime.Priority;

/// <summary>A priority for part of a program: what <see cref="IrRuntime.UsePriority"/> returns. Disposing restores what was there.</summary>
public sealed class PriorityScope : IDisposable
{
    private readonly AsyncLocal<PriorityScope?> _slot;
    private readonly PriorityScope? _outer;
    private readonly Func<PriorityTable, PriorityTable> _change;
    private readonly ScopedSnapshots _snapshots;
    private volatile Derivation? _last;
    private volatile bool _isDisposed;

    internal PriorityScope(AsyncLocal<PriorityScope?> slot, Func<PriorityTable, PriorityTable> change, ScopedSnapshots snapshots)
    {
        _snapshots = snapshots;
        _slot = slot;
        _outer = slot.Value;
        _change = change;
    }

    /// <summary>Restores the scope outside. Disposed before a scope inside it, it goes when that one does; twice has no further effect.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        PriorityScope? innermost = _slot.Value;
        while (innermost is { _isDisposed: true })
            innermost = innermost._outer;
        _slot.Value = innermost;
    }

    /// <summary>Forgets the snapshot that was made last, so that a scope in which nobody calls keeps no generation alive.</summary>
    internal void Forget() => _last = null;

    /// <summary>The snapshot for this scope over what is current; made again when that has changed.</summary>
    internal RegistrySnapshot Over(RegistrySnapshot current)
    {
        Derivation? last = _last;
        if (last is not null && ReferenceEquals(last.From, current))
            return last.Snapshot;

        RegistrySnapshot snapshot = _snapshots.Of(current, Apply(current.Priority));
        _last = new Derivation(current, snapshot);
        return snapshot;
    }

    internal PriorityTable Apply(PriorityTable table) => _change(_outer is null ? table : _outer.Apply(table));

    private sealed record Derivation(RegistrySnapshot From, RegistrySnapshot Snapshot);
}
