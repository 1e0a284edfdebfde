using PluginIr.Schemas;

namespace PluginIr.Dispatch;

/// <summary>A call's inputs without their data: what packed predicates and shape inference take.</summary>
/// <param name="inputs">The tensor inputs' specs in schema order; null for optional ones that were not given.</param>
/// <param name="attributes">The other inputs in schema order.</param>
public readonly ref struct SpecArguments(ReadOnlySpan<TensorSpec?> inputs, ReadOnlySpan<AttributeValue> attributes)
{
    /// <summary>The tensor inputs' specs in schema order.</summary>
    public ReadOnlySpan<TensorSpec?> Inputs { get; } = inputs;

    /// <summary>The other inputs in schema order.</summary>
    public ReadOnlySpan<AttributeValue> Attributes { get; } = attributes;
}
