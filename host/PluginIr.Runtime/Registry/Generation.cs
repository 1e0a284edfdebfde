using PluginIr.Registration;
using PluginIr.Runtime.Devices;

namespace PluginIr.Runtime.Registry;

/// <summary>One loaded build of a plugin: what it registered, as data. Snapshots refer to generations, never to what is inside them.</summary>
public sealed class Generation
{
    /// <summary>The plugin's name from its manifest; <c>native</c> for the ops that come with the contracts.</summary>
    public required string Plugin { get; init; }

    /// <summary>Counts the plugin's builds that this process loaded, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The build's version, as its manifest says.</summary>
    public required string Version { get; init; }

    /// <summary>A hash of all the build's files: equal hashes mean equal kernels.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The ops that the plugin declares.</summary>
    public required IReadOnlyList<OpDescriptor> Ops { get; init; }

    /// <summary>The providers that the plugin brings.</summary>
    public required IReadOnlyList<ProviderDescriptor> Providers { get; init; }

    /// <summary>The kernels of those providers.</summary>
    public required IReadOnlyList<KernelDescriptor> Kernels { get; init; }

    /// <summary>The fusions that the plugin brings.</summary>
    public IReadOnlyList<FusionDescriptor> Fusions { get; init; } = [];

    /// <summary>The runtimes of kinds of device that the plugin brings.</summary>
    public IReadOnlyList<LoadedDeviceRuntime> DeviceRuntimes { get; init; } = [];

    /// <summary>Keeps the code behind the kernels' pointers loaded for as long as a snapshot refers to this generation.</summary>
    public object? CodeOwner { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Plugin} {Version} (generation {Number})";
}
