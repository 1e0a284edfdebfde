using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime.Devices;

/// <summary>A graph that a device recorded, as plain data: what is to be destroyed, and before which generations are disposed.</summary>
/// <param name="device">The device.</param>
/// <param name="handle">The driver's handle.</param>
/// <param name="generations">The generations whose kernels it calls, by plugin and number: no reference, so that they can be unloaded.</param>
internal sealed class RecordedWork(Device device, nint handle, IReadOnlyList<(string Plugin, int Number)> generations)
{
    /// <summary>The device.</summary>
    public Device Device { get; } = device;

    /// <summary>The driver's handle; 0 once it is destroyed.</summary>
    public nint Handle { get; set; } = handle;

    /// <summary>True when it calls kernels of a generation.</summary>
    public bool Calls(Generation generation) => generations.Any(g => g.Plugin == generation.Plugin && g.Number == generation.Number);
}
