namespace PluginIr.Registration;

/// <summary>Names an assembly's <see cref="KernelPlugin"/>. Written by the source generator.</summary>
/// <param name="type">A type derived from <see cref="KernelPlugin"/> with a public constructor without parameters.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class KernelPluginAttribute(Type type) : Attribute
{
    /// <summary>The type.</summary>
    public Type Type { get; } = type;
}
