using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>gelu by tanh with x drawn out of the sum: <c>0.5 · x · (1 + tanh(0.7978845608 · x · (1 + 0.044715 · x²)))</c>.</summary>
/// <remarks>
/// <para>Arithmetic is float32, rounded once. The value at -∞ is NaN, as in PyTorch.</para>
/// <para>Shapes: x [..., H] of f32, f16 or bf16; out as x.</para>
/// <para>Source: vLLM's FastGELU.</para>
/// </remarks>
[Op("gelu_fast(Tensor x) -> Tensor")]
public static partial class GeluFast
{
    private const string OpName = "gelu_fast";

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

    private static float Value(float x) => 0.5f * x * (1f + MathF.Tanh(x * 0.7978845608f * (1f + (0.044715f * x * x))));
}
