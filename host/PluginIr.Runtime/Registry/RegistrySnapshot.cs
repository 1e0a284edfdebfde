using System.Diagnostics.CodeAnalysis;
using PluginIr.Dispatch;
using PluginIr.Runtime.Devices;
using PluginIr.Runtime.Priority;

namespace PluginIr.Runtime.Registry;

/// <summary>A snapshot with what the dispatch path does not need: names, reasons, where everything comes from.</summary>
public sealed class RegistrySnapshot : Snapshot
{
    // By the kind's index.
    private readonly LoadedDeviceRuntime?[] _deviceRuntimes;

    internal RegistrySnapshot(
        long version, SnapshotTables tables, IReadOnlyList<Generation> generations, PriorityTable priority,
        IReadOnlyCollection<SetAsideKernel> setAside, object basis)
        : base(version, tables.Rows, tables.Ranges)
    {
        Generations = generations;
        Priority = priority;
        SetAside = setAside;
        Basis = basis;
        Ops = tables.Ops;
        Providers = tables.Providers;
        Kernels = tables.Kernels;
        _deviceRuntimes = tables.DeviceRuntimes;
        Unbound = tables.Unbound;
        Warnings = tables.Warnings;
    }

    /// <summary>All generations that are loaded.</summary>
    public IReadOnlyList<Generation> Generations { get; }

    /// <summary>The priority that the rows were ordered by.</summary>
    public PriorityTable Priority { get; }

    /// <summary>Kernels that are offered no call, each with the reason.</summary>
    public IReadOnlyCollection<SetAsideKernel> SetAside { get; }

    /// <summary>
    /// The same object in snapshots that differ in <see cref="SetAside"/> alone: they have the same generations and priority, and the same numbers for
    /// kernels. What was prepared for one of them calls nothing that is not loaded in the others.
    /// </summary>
    public object Basis { get; }

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

    /// <summary>The kinds of device, the host's apart, that can be used.</summary>
    public IEnumerable<DeviceKind> DeviceKinds => _deviceRuntimes.OfType<LoadedDeviceRuntime>().Where(r => r.Runtime is not null).Select(r => r.Kind);

    /// <summary>The runtime of a kind of device; null when no loaded plugin brings it.</summary>
    public LoadedDeviceRuntime? DeviceRuntimeOf(DeviceKind kind) => _deviceRuntimes[kind.Index];

    /// <summary>Whether a kind of device can be used, and why not.</summary>
    public Support SupportOf(DeviceKind kind) => kind == DeviceKind.Cpu ? Support.Yes
        : DeviceRuntimeOf(kind)?.Support ?? Support.No($"no loaded plugin brings a device runtime for '{kind}'; load the plugin that does");

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
