using PluginIr.Schemas;

namespace PluginIr.Dispatch;

/// <summary>A call's arguments in spans: what packed entries take.</summary>
/// <param name="inputs">The tensor inputs in schema order; null for optional ones that were not given.</param>
/// <param name="attributes">The other inputs in schema order.</param>
/// <param name="outputs">The outputs in schema order.</param>
public readonly ref struct KernelArguments(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<AttributeValue> attributes, ReadOnlySpan<Tensor> outputs)
{
    /// <summary>The tensor inputs in schema order.</summary>
    public ReadOnlySpan<Tensor?> Inputs { get; } = inputs;

    /// <summary>The other inputs in schema order.</summary>
    public ReadOnlySpan<AttributeValue> Attributes { get; } = attributes;

    /// <summary>The outputs in schema order.</summary>
    public ReadOnlySpan<Tensor> Outputs { get; } = outputs;
}
