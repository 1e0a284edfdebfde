namespace PluginIr.Devices;

/// <summary>One device, for people and for kernels that are made for one architecture.</summary>
/// <param name="Name">What its vendor calls it: <c>NVIDIA H100 80GB HBM3</c>.</param>
/// <param name="Architecture">What code for it is compiled for: <c>sm_90</c>.</param>
/// <param name="MemoryBytes">How much memory it has, in bytes.</param>
public sealed record DeviceDescription(string Name, string Architecture, long MemoryBytes);
