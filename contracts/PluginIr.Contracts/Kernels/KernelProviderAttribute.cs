namespace PluginIr;

/// <summary>Names the provider of the kernels in a static partial class. Several classes may share one provider.</summary>
/// <param name="name">The provider's name, matching <c>[a-z_][a-z_0-9]*</c>; <c>native</c> and <c>unfused</c> are reserved.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KernelProviderAttribute(string name) : Attribute
{
    /// <summary>The provider's name.</summary>
    public string Name { get; } = name;

    /// <summary>The kind of device whose memory the kernels work on.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>A static method of the class, <c>Support M()</c>, that says whether the hardware and libraries are here. Never policy.</summary>
    public string? Supported { get; set; }

    /// <summary>A static method of the class, <c>void M()</c>, that frees native resources once no call is inside the plugin any more.</summary>
    public string? Dispose { get; set; }
}
