using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>The GEGLU gate: <c>gelu(a) · b</c> for rows (a, b) of x, with <see cref="Gelu"/>'s two forms.</summary>
/// <remarks>
/// <para>Arithmetic is float32; gelu's value is rounded to x's dtype, then the product.</para>
/// <para>Shapes: x [..., 2·H] of f32, f16 or bf16; out [..., H].</para>
/// <para>Source: Shazeer, "GLU Variants Improve Transformer", arXiv:2002.05202; rounding as in vLLM's native definition.</para>
/// </remarks>
[Op("gelu_and_mul(Tensor x, str approximate=\"none\") -> Tensor")]
public static partial class GeluAndMul
{
    private const string OpName = "gelu_and_mul";

    /// <summary>The definition.</summary>
    [Native]
    public static unsafe void Native(KernelContext context, Tensor x, string approximate, Tensor output) =>
        Elementwise.MapAndMultiply(context, x, output, approximate == "tanh" ? &Gelu.ByTanh : &Gelu.ByErf);

    /// <summary>The output's spec: rows half as long as x's.</summary>
    /// <exception cref="OpArgumentException">
    /// x is not a floating-point tensor with rows of even length, or approximate is neither "none" nor "tanh".
    /// </exception>
    public static TensorSpec Infer(TensorSpec x, string approximate)
    {
        Require.Halves(OpName, x);
        Require.Approximate(OpName, approximate);
        return x.WithLast(x.Last / 2);
    }

    /// <summary>Arguments to test kernels with; either form.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Shape(2 * generator.Hidden)));
        generator.Set("approximate", generator.Random.Next(2) == 0 ? "none" : "tanh");
    }
}
