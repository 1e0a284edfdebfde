using PluginIr.Runtime.Registry;

namespace PluginIr.Hosting.Plugins;

/// <summary>What an operator wants to know of one host, from another process too: see <see cref="RunningHosts"/>.</summary>
/// <param name="ProcessId">The host's process.</param>
/// <param name="Time">When this was so.</param>
/// <param name="Plugins">Its plugins.</param>
/// <param name="Retired">Generations that are out of its registry and still in memory.</param>
/// <param name="SetAside">Kernels that are offered no calls.</param>
/// <param name="Swaps">How many times a generation took the place of another.</param>
/// <param name="Refusals">How many builds were refused.</param>
public sealed record HostStatus(
    int ProcessId,
    DateTimeOffset Time,
    IReadOnlyList<PluginStatus> Plugins,
    IReadOnlyList<RetiredGeneration> Retired,
    IReadOnlyList<SetAsideKernel> SetAside,
    long Swaps,
    long Refusals);
