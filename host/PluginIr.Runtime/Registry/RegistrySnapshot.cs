using System.Diagnostics.CodeAnalysis;
using PluginIr.Dispatch;
using PluginIr.Runtime.Priority;

namespace PluginIr.Runtime.Registry;

/// <summary>A snapshot with what the dispatch path does not need: names, reasons, where everything comes from.</summary>
public sealed class RegistrySnapshot : Snapshot
{
    internal RegistrySnapshot(
        long version, SnapshotTables tables, IReadOnlyList<Generation> generations, PriorityTable priority,
        IReadOnlyCollection<SetAsideKernel> setAside)
        : base(version, tables.Rows, tables.Ranges)
    {
        Generations = generations;
        Priority = priority;
        SetAside = setAside;
        Ops = tables.Ops;
        Providers = tables.Providers;
        Kernels = tables.Kernels;
        Unbound = tables.Unbound;
        Warnings = tables.Warnings;
    }

    /// <summary>All generations that are loaded.</summary>
    public IReadOnlyList<Generation> Generations { get; }

    /// <summary>The priority that the rows were ordered by.</summary>
    public PriorityTable Priority { get; }

    /// <summary>Kernels that threw too often and are offered no call.</summary>
    public IReadOnlyCollection<SetAsideKernel> SetAside { get; }

    /// <summary>All ops, by name.</summary>
    public IReadOnlyDictionary<string, RegisteredOp> Ops { get; }

    /// <summary>All providers, by name, <c>native</c> included.</summary>
    public IReadOnlyDictionary<string, RegisteredProvider> Providers { get; }

    /// <summary>All kernels whose op is known.</summary>
    public IReadOnlyList<RegisteredKernel> Kernels { get; }

    /// <summary>Kernels of ops that no loaded plugin declares, as messages for an operator.</summary>
    public IReadOnlyList<string> Unbound { get; }

    /// <summary>What the priority asks for and cannot have, as messages for an operator.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The op of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message names the nearest.</exception>
    public RegisteredOp Op(string name) => Ops.TryGetValue(name, out RegisteredOp? op)
        ? op
        : throw new ArgumentException($"Unknown op '{name}'.{NearestName.Hint(name, Ops.Keys)}", nameof(name));

    /// <summary>An op's kernels, in no order.</summary>
    public IEnumerable<RegisteredKernel> KernelsOf(RegisteredOp op) => Kernels.Where(k => k.Op == op);

    /// <summary>One provider's kernel of an op.</summary>
    public bool TryGetKernel(RegisteredOp op, string provider, [NotNullWhen(true)] out RegisteredKernel? kernel)
    {
        kernel = KernelsOf(op).FirstOrDefault(k => k.Provider.Name == provider);
        return kernel is not null;
    }

    /// <summary>The kernels that a call is offered to, in order.</summary>
    public IReadOnlyList<RegisteredKernel> OrderOf(RegisteredOp op, DeviceKind device)
    {
        ReadOnlySpan<KernelRow> rows = RowsOf(op.Id, device);
        var order = new RegisteredKernel[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            order[i] = Kernels[rows[i].Kernel];
        return order;
    }

    internal static new long NextVersion() => Snapshot.NextVersion();
}
