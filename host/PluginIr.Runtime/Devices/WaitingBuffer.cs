namespace PluginIr.Runtime.Devices;

/// <summary>Device memory that is to be freed.</summary>
/// <param name="Device">Where.</param>
/// <param name="Address">Its first byte.</param>
/// <param name="Bytes">How many.</param>
internal readonly record struct WaitingBuffer(Device Device, nint Address, nuint Bytes);
