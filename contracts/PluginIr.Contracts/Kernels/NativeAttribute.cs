namespace PluginIr;

/// <summary>Marks an op's native definition: what the op means, the fallback, and the reference for every other kernel.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class NativeAttribute : Attribute
{
    /// <summary>How its outputs may relate to its activations.</summary>
    public Inplace Inplace { get; set; }
}
