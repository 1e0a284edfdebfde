namespace PluginIr.Conformance.Tests.Kernels;

/// <summary>An op that takes rows of whole blocks: a copy of them.</summary>
[Op("whole_blocks(Tensor x) -> Tensor")]
public static partial class WholeBlocks
{
    /// <summary>The definition.</summary>
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor output) => output.CopyFrom(x);

    /// <summary>The output's spec: x's.</summary>
    public static TensorSpec Infer(TensorSpec x) => x.DType.IsFloatingPoint() && x.Last % 128 == 0
        ? x
        : throw new OpArgumentException("whole_blocks", $"x must be of a floating-point dtype, in rows of whole blocks of 128 elements; found {x}.");

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator) => generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
}
