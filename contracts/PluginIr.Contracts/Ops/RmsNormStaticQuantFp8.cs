using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Normalises, then quantises to float8 with a given scale: <c>static_quant_fp8(rms_norm(x))</c>.</summary>
/// <remarks>
/// <para>What <see cref="RmsNorm"/> makes, rounded to x's dtype as there, goes on to <see cref="StaticQuantFp8"/> without a way through
/// memory.</para>
/// <para>Shapes: x [..., H] of f32, f16 or bf16; weight [H] of any of these, or absent; scale one f32; out [..., H].</para>
/// </remarks>
[Op("rms_norm_static_quant_fp8(Tensor x, Tensor? weight, Tensor scale, float epsilon, dtype fp8_dtype, int? variance_size=None) -> Tensor")]
public static partial class RmsNormStaticQuantFp8
{
    private const string OpName = "rms_norm_static_quant_fp8";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(
        KernelContext context, Tensor x, Tensor? weight, Tensor scale, float epsilon, DType fp8Dtype, int? varianceSize, Tensor output)
    {
        float reciprocal = 1f / Float8Quantization.ReadOne(scale);
        using Scratch<float> rowMemory = context.Scratch<float>(x.Last);
        using Scratch<float> weightMemory = context.Scratch<float>(x.Last);
        Span<float> row = rowMemory, factors = weightMemory;
        weight?.ReadRow(0, factors);
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            x.ReadRow(r, row);
            RmsNorm.NormalizeAndRound(row, weight, factors, epsilon, varianceSize, x.DType);
            Float8Quantization.MultiplyAndClamp(row, reciprocal, fp8Dtype);
            output.WriteRow(r, row);
        }
    }

    /// <summary>The output's spec: x's in float8.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static TensorSpec Infer(TensorSpec x, TensorSpec? weight, TensorSpec scale, float epsilon, DType fp8Dtype, int? varianceSize)
    {
        Require.Floating(OpName, "x", x);
        Require.RowWeight(OpName, weight, x);
        Require.OneSingle(OpName, "scale", scale);
        Require.Float8(OpName, fp8Dtype);
        Require.VarianceSize(OpName, varianceSize, x);
        return x.WithDType(fp8Dtype);
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        RmsNorm.GenerateRest(generator);
        Float8Quantization.GenerateScale(generator);
    }
}
