using PluginIr.Conformance;
using PluginIr.Schemas;

namespace PluginIr.Registration;

/// <summary>An op as its declaration registers it.</summary>
public sealed class OpDescriptor
{
    /// <summary>The canonical schema text: the op's identity.</summary>
    public required string Schema { get; init; }

    /// <summary>The names of the activations, in the order of the outputs that may take their memory.</summary>
    public required IReadOnlyList<string> Activations { get; init; }

    /// <summary>True when kernels may work in place.</summary>
    public required bool AllowInplace { get; init; }

    /// <summary>Shape inference: a <c>delegate*&lt;in SpecArguments, Span&lt;TensorSpec&gt;, void&gt;</c>.</summary>
    public required nint PackedInfer { get; init; }

    /// <summary>Fills in arguments to test kernels with.</summary>
    public required Action<InputGenerator> Generate { get; init; }

    /// <summary>Tolerances that differ from <see cref="Tolerance.Default"/>, by output dtype.</summary>
    public required IReadOnlyDictionary<DType, Tolerance> Tolerances { get; init; }

    /// <summary>The native definition.</summary>
    public required KernelDescriptor Native { get; init; }

    /// <summary>How far a kernel may be from native for an output of this dtype.</summary>
    public Tolerance ToleranceOf(DType dtype) => Tolerances.TryGetValue(dtype, out Tolerance own) ? own : Tolerance.Default(dtype);

    /// <summary>The outputs' specs for these inputs.</summary>
    /// <param name="inputs">The tensor inputs' specs in schema order.</param>
    /// <param name="attributes">The other inputs in schema order.</param>
    /// <param name="outputs">Receives one spec for each output.</param>
    /// <exception cref="OpArgumentException">The op does not take these inputs.</exception>
    public unsafe void Infer(ReadOnlySpan<TensorSpec?> inputs, ReadOnlySpan<AttributeValue> attributes, Span<TensorSpec> outputs) =>
        ((delegate*<in Dispatch.SpecArguments, Span<TensorSpec>, void>)PackedInfer)(new Dispatch.SpecArguments(inputs, attributes), outputs);
}
