using PluginIr.Devices;

namespace PluginIr.Registration;

/// <summary>A device runtime as its plugin registers it.</summary>
public sealed class DeviceRuntimeDescriptor
{
    /// <summary>The kind of device that it serves; not <c>cpu</c>.</summary>
    public required DeviceKind Kind { get; init; }

    /// <summary>Whether such a device, its driver and libraries are here.</summary>
    public required Support Support { get; init; }

    /// <summary>The runtime; null when it is not supported here. The plugin disposes it.</summary>
    public required DeviceRuntime? Runtime { get; init; }
}
