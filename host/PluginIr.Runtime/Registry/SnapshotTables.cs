using PluginIr.Dispatch;
using PluginIr.Runtime.Devices;

namespace PluginIr.Runtime.Registry;

/// <summary>What <see cref="SnapshotBuilder"/> makes of generations and a priority.</summary>
internal sealed record SnapshotTables(
    KernelRow[] Rows,
    RowRange[] Ranges,
    IReadOnlyDictionary<string, RegisteredOp> Ops,
    IReadOnlyDictionary<string, RegisteredProvider> Providers,
    IReadOnlyList<RegisteredKernel> Kernels,
    LoadedDeviceRuntime?[] DeviceRuntimes,
    IReadOnlyList<string> Unbound,
    IReadOnlyList<string> Warnings);
