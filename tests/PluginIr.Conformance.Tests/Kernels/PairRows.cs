namespace PluginIr.Conformance.Tests.Kernels;

/// <summary>An op that takes an even number of rows: one copy of them.</summary>
[Op("pair_rows(Tensor x) -> Tensor")]
public static partial class PairRows
{
    /// <summary>The definition.</summary>
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor output) => output.CopyFrom(x);

    /// <summary>The output's spec: x's.</summary>
    public static TensorSpec Infer(TensorSpec x) => x.Rank > 0 && x[0] % 2 == 0
        ? x
        : throw new OpArgumentException("pair_rows", $"x must have an even number of rows; found {x}.");

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator) => generator.Set("x", generator.Normal(1, generator.Rows, generator.Hidden));
}
