namespace PluginIr.Registration;

/// <summary>A provider as its plugin registers it.</summary>
public sealed class ProviderDescriptor
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of device that its kernels work on.</summary>
    public required DeviceKind Device { get; init; }

    /// <summary>Whether the hardware and libraries are here.</summary>
    public required Support Support { get; init; }
}
