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
        _slot.Value = _slot.Value?.InForce;
    }

    /// <summary>
    /// This scope or, when it has been disposed, the next one outside that has not: code that was started in a scope and runs on after it still has it in
    /// its slot. Null when there is none.
    /// </summary>
    internal PriorityScope? InForce
    {
        get
        {
            PriorityScope? scope = this;
            while (scope is { _isDisposed: true })
                scope = scope._outer;
            return scope;
        }
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

    /// <summary>The table that the scope makes of another.</summary>
    /// <exception cref="InvalidOperationException">The scope's change returned none.</exception>
    internal PriorityTable Apply(PriorityTable table) => _change(_outer is null ? table : _outer.Apply(table))
        ?? throw new InvalidOperationException("The change of a priority scope returned null; return the table that it was given when nothing is to change.");

    private sealed record Derivation(RegistrySnapshot From, RegistrySnapshot Snapshot);
}
