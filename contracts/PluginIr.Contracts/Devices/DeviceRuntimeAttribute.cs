namespace PluginIr.Devices;

/// <summary>Makes a class the runtime of a kind of device: the generator registers it with the plugin.</summary>
/// <remarks>The class derives from <see cref="DeviceRuntime"/>, and has a constructor without parameters that is not private.</remarks>
/// <param name="kind">The kind's name, matching <c>[a-z_][a-z_0-9]*</c>; <c>cpu</c> is the host's own.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DeviceRuntimeAttribute(string kind) : Attribute
{
    /// <summary>The kind's name.</summary>
    public string Kind { get; } = kind;

    /// <summary>
    /// A static method of the class, <c>Support M()</c>, not private, that says whether such a device, its driver and libraries are here. When it says
    /// no, no instance is made, and the reason is shown to operators.
    /// </summary>
    public string? Supported { get; set; }
}
