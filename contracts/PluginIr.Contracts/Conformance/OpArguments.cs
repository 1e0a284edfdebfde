using PluginIr.Schemas;

namespace PluginIr.Conformance;

/// <summary>One call's inputs, apart by tensors and attributes, each in schema order. Disposing disposes the tensors.</summary>
/// <param name="schema">The op's schema.</param>
/// <param name="tensors">The tensor inputs; null for optional ones that are not given.</param>
/// <param name="attributes">The other inputs.</param>
public sealed class OpArguments(OpSchema schema, Tensor?[] tensors, AttributeValue[] attributes) : IDisposable
{
    /// <summary>The op's schema.</summary>
    public OpSchema Schema { get; } = schema;

    /// <summary>The tensor inputs.</summary>
    public Tensor?[] Tensors { get; } = tensors;

    /// <summary>The other inputs.</summary>
    public AttributeValue[] Attributes { get; } = attributes;

    /// <summary>The tensor inputs' specs.</summary>
    public TensorSpec?[] Specs => [.. Tensors.Select(t => t?.Spec)];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor? tensor in Tensors)
            tensor?.Dispose();
    }
}
