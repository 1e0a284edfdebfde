using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Root mean square normalisation: <c>x · rsqrt(mean(x²) + epsilon) · weight</c>, row by row.</summary>
/// <remarks>
/// <para>The mean is over the last dimension, or over its first <c>variance_size</c> elements. Arithmetic is float32; with a weight,
/// the normalised row is rounded to the weight's dtype and multiplied there; the result is rounded to x's dtype.</para>
/// <para>Shapes: x [..., H] of f32, f16 or bf16; weight [H] of any of these, or absent; out as x.</para>
/// <para>Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", arXiv:1910.07467; rounding as vLLM's.</para>
/// </remarks>
// Rounded before the weight and after it: a last place before can be two after, in float16 as in bfloat16, whose tolerance has room for it.
[Tolerance(DType.Float16, 1e-3, 2e-3)]
[Op("rms_norm(Tensor x, Tensor? weight, float epsilon, int? variance_size=None) -> Tensor")]
public static partial class RmsNorm
{
    private const string OpName = "rms_norm";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        int hidden = checked((int)x.Last);
        using Scratch<float> rowMemory = context.Scratch<float>(hidden);
        using Scratch<float> weightMemory = context.Scratch<float>(hidden);
        Span<float> row = rowMemory, factors = weightMemory;
        weight?.ReadRow(0, factors);

        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            x.ReadRow(r, row);
            Normalize(row, epsilon, varianceSize ?? hidden);
            if (weight is not null)
                MultiplyIn(weight.DType, row, factors);
            output.WriteRow(r, row);
        }
    }

    /// <summary>The output's spec: x's.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says, or variance_size is not in a row.</exception>
    public static TensorSpec Infer(TensorSpec x, TensorSpec? weight, float epsilon, int? varianceSize)
    {
        Require.Floating(OpName, "x", x);
        Require.RowWeight(OpName, weight, x);
        Require.VarianceSize(OpName, varianceSize, x);
        return x;
    }

    /// <summary>Arguments to test kernels with: a weight three times in four, a part of the row now and then.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        GenerateRest(generator);
    }

    /// <summary>Weight, epsilon and variance_size, which the fused form takes as well.</summary>
    internal static void GenerateRest(InputGenerator generator)
    {
        bool hasWeight = generator.Random.Next(4) != 0;
        generator.Set("weight", hasWeight ? generator.Uniform(generator.DType, 0.5f, 1.5f, generator.Hidden) : null);
        generator.Set("epsilon", GeneratedEpsilon(generator));
        if (generator.Random.Next(4) == 0)
            generator.Set("variance_size", (int)Math.Max(1, generator.Hidden / 2));
    }

    /// <summary>An epsilon to test kernels with: as models have it, or so large that a kernel which ignores it is seen to.</summary>
    internal static float GeneratedEpsilon(InputGenerator generator) =>
        generator.Choose(GeneratorChoice.Factor, 3) switch { 0 => 1e-6f, 1 => 0.1f, _ => 1e-5f };

    /// <summary>A whole row of the op, as its output holds it: normalised, weighted, rounded to x's dtype.</summary>
    internal static void NormalizeAndRound(Span<float> row, Tensor? weight, ReadOnlySpan<float> factors, float epsilon, int? varianceSize, DType dtype)
    {
        Normalize(row, epsilon, varianceSize ?? row.Length);
        if (weight is not null)
            MultiplyIn(weight.DType, row, factors);
        ElementConversion.Round(row, dtype);
    }

    /// <summary>Scales a row by the reciprocal root of the mean square of its first elements.</summary>
    internal static void Normalize(Span<float> row, float epsilon, int varianceSize)
    {
        // Each square is a float32, so that it overflows where PyTorch's does; their sum is kept in float64 because the
        // definition should not depend on an order of summation, and it is rounded before it is used.
        double sum = 0;
        foreach (float value in row[..varianceSize])
            sum += value * value;
        float variance = (float)sum / varianceSize;
        float factor = 1f / MathF.Sqrt(variance + epsilon);
        foreach (ref float value in row)
            value *= factor;
    }

    /// <summary>Multiplies a row by the weights in the weight's dtype: both the row and the products are rounded to it.</summary>
    internal static void MultiplyIn(DType dtype, Span<float> row, ReadOnlySpan<float> factors)
    {
        ElementConversion.Round(row, dtype);
        for (int i = 0; i < row.Length; i++)
            row[i] *= factors[i];
        ElementConversion.Round(row, dtype);
    }
}
