using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>gelu by the logistic function: <c>x · sigmoid(1.702 · x)</c>.</summary>
/// <remarks>
/// <para>Arithmetic is float32, rounded once. The value at -∞ is NaN, as in PyTorch.</para>
/// <para>Shapes: x [..., H] of f32, f16 or bf16; out as x.</para>
/// <para>Source: Hendrycks and Gimpel, arXiv:1606.08415, section 2; vLLM's QuickGELU.</para>
/// </remarks>
[Op("quick_gelu(Tensor x) -> Tensor")]
public static partial class QuickGelu
{
    private const string OpName = "quick_gelu";

    /// <summary>The definition.</summary>
    [Native]
    public static unsafe void Native(KernelContext context, Tensor x, Tensor output) =>
        Elementwise.Map(context, x, output, &Value);

    /// <summary>The output's spec: x's.</summary>
    /// <exception cref="OpArgumentException">x is not a floating-point tensor.</exception>
    public static TensorSpec Infer(TensorSpec x)
    {
        Require.Floating(OpName, "x", x);
        return x;
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator) =>
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));

    private static float Value(float x) => x * (1f / (1f + MathF.Exp(-(1.702f * x))));
}
