namespace PluginIr.Runtime.Registry;

/// <summary>A provider in a snapshot.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Device">The kind of device that its kernels work on.</param>
/// <param name="Support">Whether its hardware and libraries are here.</param>
/// <param name="Generation">Where it comes from; null for <see cref="Native"/>, whose kernels come with their ops.</param>
public sealed record RegisteredProvider(string Name, DeviceKind Device, Support Support, Generation? Generation)
{
    /// <summary>The reserved name of the ops' own definitions.</summary>
    public const string Native = "native";
}
