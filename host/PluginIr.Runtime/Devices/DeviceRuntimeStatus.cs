namespace PluginIr.Runtime.Devices;

/// <summary>What an operator wants to know of one kind of device.</summary>
/// <param name="Plugin">The plugin that brings its runtime.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Reason">Why no such device can be used here; null when one can.</param>
/// <param name="Devices">The devices.</param>
/// <param name="Note">What else its runtime has to say, such as which library it uses; null for nothing.</param>
public sealed record DeviceRuntimeStatus(string Plugin, string Kind, string? Reason, IReadOnlyList<DeviceStatus> Devices, string? Note);
