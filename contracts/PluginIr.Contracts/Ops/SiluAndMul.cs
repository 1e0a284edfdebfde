using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>The SwiGLU gate: <c>silu(a) · b</c> for rows (a, b) of x, with <c>silu(a) = a / (1 + exp(-a))</c>.</summary>
/// <remarks>
/// <para>Arithmetic is float32; silu's value is rounded to x's dtype, then the product. silu(-∞) is NaN, as in PyTorch.</para>
/// <para>Shapes: x [..., 2·H] of f32, f16 or bf16; out [..., H].</para>
/// <para>Source: Shazeer, "GLU Variants Improve Transformer", arXiv:2002.05202; rounding as in vLLM's native definition.</para>
/// </remarks>
[Op("silu_and_mul(Tensor x) -> Tensor")]
public static partial class SiluAndMul
{
    private const string OpName = "silu_and_mul";

    /// <summary>The definition.</summary>
    [Native]
    public static unsafe void Native(KernelContext context, Tensor x, Tensor output) =>
        Elementwise.MapAndMultiply(context, x, output, &Silu);

    /// <summary>The output's spec: rows half as long as x's.</summary>
    /// <exception cref="OpArgumentException">x is not a floating-point tensor with rows of even length.</exception>
    public static TensorSpec Infer(TensorSpec x)
    {
        Require.Halves(OpName, x);
        return x.WithLast(x.Last / 2);
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator) =>
        generator.Set("x", generator.Normal(1, generator.Shape(2 * generator.Hidden)));

    /// <summary>A row of the op, as its output holds it: rounded to x's dtype. It takes the place of the row's first half.</summary>
    internal static unsafe Span<float> GateRow(Span<float> row, DType dtype)
    {
        Span<float> gate = Elementwise.MapAndMultiplyRow(row, dtype, &Silu);
        ElementConversion.Round(gate, dtype);
        return gate;
    }

    private static float Silu(float a) => a / (1f + MathF.Exp(-a));
}
