namespace PluginIr.Generators.Model;

/// <summary>A device runtime that can be registered.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Kind">The kind of device.</param>
/// <param name="Supported">The name of the method that says whether such a device is here; null for none.</param>
internal sealed record DeviceRuntimeModel(ClassModel Class, string Kind, string? Supported);
