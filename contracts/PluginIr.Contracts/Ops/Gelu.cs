using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>The Gaussian error linear unit: <c>x · Φ(x)</c>, by the error function or by tanh.</summary>
/// <remarks>
/// <para><c>approximate="none"</c>: 0.5 · x · (1 + erf(x / √2)); <c>"tanh"</c>: 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))).
/// Arithmetic is float32, rounded once. gelu(-∞) is NaN, as in PyTorch.</para>
/// <para>Shapes: x [..., H] of f32, f16 or bf16; out as x.</para>
/// <para>Source: Hendrycks and Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415.</para>
/// </remarks>
[Op("gelu(Tensor x, str approximate=\"none\") -> Tensor")]
public static partial class Gelu
{
    private const string OpName = "gelu";
    private const float SqrtOfHalf = 0.70710678118654752f;
    private const float SqrtOfTwoOverPi = 0.79788456080286536f;

    /// <summary>The definition.</summary>
    [Native]
    public static unsafe void Native(KernelContext context, Tensor x, string approximate, Tensor output) =>
        Elementwise.Map(context, x, output, approximate == "tanh" ? &ByTanh : &ByErf);

    /// <summary>The output's spec: x's.</summary>
    /// <exception cref="OpArgumentException">x is not a floating-point tensor, or approximate is neither "none" nor "tanh".</exception>
    public static TensorSpec Infer(TensorSpec x, string approximate)
    {
        Require.Floating(OpName, "x", x);
        Require.Approximate(OpName, approximate);
        return x;
    }

    /// <summary>Arguments to test kernels with; either form.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        generator.Set("approximate", generator.Random.Next(2) == 0 ? "none" : "tanh");
    }

    /// <summary>gelu by the error function.</summary>
    internal static float ByErf(float x) => 0.5f * x * (1f + Erf(x * SqrtOfHalf));

    /// <summary>gelu by tanh.</summary>
    internal static float ByTanh(float x) => 0.5f * x * (1f + MathF.Tanh(SqrtOfTwoOverPi * (x + (0.044715f * (x * x * x)))));

    /// <summary>The error function, rounded to float32.</summary>
    /// <remarks>
    /// <c>2/√π · exp(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1))</c>, Abramowitz and Stegun 7.1.6: its terms have one sign, so nothing cancels.
    /// From |x| = 4 on, the rest to 1 is less than half a unit in float32's last place.
    /// </remarks>
    internal static float Erf(float x)
    {
        if (float.IsNaN(x) || MathF.Abs(x) >= 4f)
            return float.IsNaN(x) ? x : MathF.Sign(x);
        double square = (double)x * x, term = x, sum = x;
        for (int odd = 3; Math.Abs(term) > 1e-12 * Math.Abs(sum); odd += 2)
        {
            term *= 2 * square / odd;
            sum += term;
        }

        return (float)(2 / Math.Sqrt(Math.PI) * Math.Exp(-square) * sum);
    }
}
