namespace PluginIr;

/// <summary>
/// Registers a static method as its provider's kernel of an op: <c>void M(KernelContext, inputs…, outputs…)</c>, with the inputs'
/// names, types and order from the op's schema. The host makes the outputs.
/// </summary>
/// <param name="op">The op's name.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class KernelAttribute(string op) : Attribute
{
    /// <summary>The op's name.</summary>
    public string Op { get; } = op;

    /// <summary>The op's schema text, for an op that no referenced assembly declares.</summary>
    public string? Schema { get; set; }

    /// <summary>The dtypes accepted for activations. Other tensors' dtypes are for <see cref="SupportsArgs"/> to judge.</summary>
    public DTypes DTypes { get; set; } = DTypes.All;

    /// <summary>How outputs may relate to activations.</summary>
    public Inplace Inplace { get; set; }

    /// <summary>True when a row's result does not depend on how many rows there are, bit for bit.</summary>
    public bool BatchInvariant { get; set; }

    /// <summary>True when tensors may be strided, negative strides included; otherwise the kernel is offered contiguous ones only.</summary>
    public bool Strided { get; set; }

    /// <summary>The alignment in bytes that every tensor's first element must have: 1, 16 or 64.</summary>
    public int Alignment { get; set; } = 1;

    /// <summary>True when the kernel takes floating-point inputs of one dtype only, activations or not. Cheaper than a predicate.</summary>
    public bool SameDType { get; set; }

    /// <summary>
    /// The optional inputs, comma-separated, that the kernel does not take: calls that give one go past it. One of the op's first seven
    /// optional inputs each. Cheaper than a predicate.
    /// </summary>
    public string? Without { get; set; }

    /// <summary>
    /// A static method of the class, <c>bool M(inputs…)</c> with <see cref="TensorSpec"/> in place of <see cref="Tensor"/>, that says
    /// whether the kernel takes these dtypes, shapes and options. Never data, never policy.
    /// </summary>
    public string? SupportsArgs { get; set; }
}
