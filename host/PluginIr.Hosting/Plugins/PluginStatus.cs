using PluginIr.Runtime.Devices;

namespace PluginIr.Hosting.Plugins;

/// <summary>What an operator wants to know of one plugin.</summary>
/// <param name="Name">Its name, from its manifest; its folder's when that cannot be read.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Version">The version of the build that serves; null when none does.</param>
/// <param name="Generation">The number of the generation that serves, from 1; null when none does.</param>
/// <param name="ContentHash">The hash of the build that serves; null when none does.</param>
/// <param name="Providers">The providers that it brings.</param>
/// <param name="Ops">The ops that it declares.</param>
/// <param name="Kernels">How many kernels it brings.</param>
/// <param name="RefusedHash">The hash of the newest build when it was refused; null when it was not.</param>
/// <param name="Problem">Why its newest build does not serve; null when it does. An older one may serve meanwhile.</param>
public sealed record PluginStatus(
    string Name,
    string Folder,
    PluginState State,
    string? Version,
    int? Generation,
    string? ContentHash,
    IReadOnlyList<ProviderStatus> Providers,
    IReadOnlyList<string> Ops,
    int Kernels,
    string? RefusedHash,
    string? Problem)
{
    /// <summary>
    /// True while its folder is incomplete, and not for <c>SettleTime</c> yet, as in the middle of being copied: <see cref="Problem"/> says what it
    /// lacks, and it is not to be worried about yet.
    /// </summary>
    public bool IsSettling { get; init; }

    /// <summary>The kinds of device whose runtimes it brings, with their devices and memory as they are now.</summary>
    public IReadOnlyList<DeviceRuntimeStatus> DeviceRuntimes { get; init; } = [];
}
