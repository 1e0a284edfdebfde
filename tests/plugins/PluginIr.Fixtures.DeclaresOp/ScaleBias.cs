using PluginIr.Conformance;

namespace PluginIr.Fixtures.DeclaresOp;

/// <summary>An op that comes from a plugin: <c>x · scale + bias</c>, in float32, rounded once to x's dtype.</summary>
[Op("scale_bias(Tensor x, float scale, float bias=0.0) -> Tensor")]
public static partial class ScaleBias
{
    /// <summary>The definition.</summary>
    [Native]
    public static void Native(KernelContext context, Tensor x, float scale, float bias, Tensor output)
    {
#if FORGETS_BIAS
        bias = 0;
#endif
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        for (long r = 0; r < x.Rows; r++)
        {
            x.ReadRow(r, row);
            foreach (ref float value in row)
                value = (value * scale) + bias;
            output.WriteRow(r, row);
        }
    }

    /// <summary>The output's spec: x's.</summary>
    public static TensorSpec Infer(TensorSpec x, float scale, float bias) => x.DType.IsFloatingPoint()
        ? x
        : throw new OpArgumentException("scale_bias", $"x must be of a floating-point dtype; found {x}.");

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Rows, generator.Hidden));
        generator.Set("scale", 1.5f);
        generator.Set("bias", -0.25f);
    }
}
