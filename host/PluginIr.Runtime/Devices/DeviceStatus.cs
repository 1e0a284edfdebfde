using PluginIr.Devices;

namespace PluginIr.Runtime.Devices;

/// <summary>What an operator wants to know of one device.</summary>
/// <param name="Device">The device, as <see cref="PluginIr.Device.ToString"/> names it.</param>
/// <param name="Name">What its vendor calls it.</param>
/// <param name="Architecture">What code for it is compiled for.</param>
/// <param name="MemoryBytes">How much memory it has.</param>
/// <param name="Memory">How much of it is used; null when nothing has used the device yet, or its driver does not answer.</param>
public sealed record DeviceStatus(string Device, string Name, string Architecture, long MemoryBytes, DeviceMemory? Memory);
