namespace PluginIr.Registration;

/// <summary>Says that an assembly declares an op, so that the generator finds it when another assembly implements it. Written by the generator.</summary>
/// <param name="schema">The op's canonical schema text.</param>
/// <param name="allowInplace">True when kernels may work in place.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class DeclaredOpAttribute(string schema, bool allowInplace) : Attribute
{
    /// <summary>The op's canonical schema text.</summary>
    public string Schema { get; } = schema;

    /// <summary>True when kernels may work in place.</summary>
    public bool AllowInplace { get; } = allowInplace;
}
