namespace PluginIr.Devices;

/// <summary>How much of a device's memory its runtime's pool uses, in bytes.</summary>
/// <param name="CurrentBytes">What is allocated now.</param>
/// <param name="PeakBytes">The most that was allocated at once since the process began, or since <see cref="DeviceRuntime.ResetPeak"/>.</param>
/// <param name="ReservedBytes">What the pool has taken from the device, to hand out again; at least <paramref name="CurrentBytes"/>.</param>
public readonly record struct DeviceMemory(long CurrentBytes, long PeakBytes, long ReservedBytes);
