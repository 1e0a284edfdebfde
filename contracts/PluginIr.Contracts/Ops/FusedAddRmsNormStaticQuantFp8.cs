using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Adds a residual, normalises, and quantises to float8 with a given scale.</summary>
/// <remarks>
/// <para>What <see cref="FusedAddRmsNorm"/> makes goes on to <see cref="StaticQuantFp8"/>: the norm rounded to x's dtype first, as there.</para>
/// <para>Shapes: x and x_residual [..., H], alike, of f32, f16 or bf16; weight [H] of any of these, or absent; scale one f32; out [..., H] of
/// float8; residual_out as x.</para>
/// </remarks>
[Op("fused_add_rms_norm_static_quant_fp8(Tensor x, Tensor x_residual, Tensor? weight, Tensor scale, float epsilon, dtype fp8_dtype, " +
    "int? variance_size=None) -> (Tensor out, Tensor residual_out)")]
public static partial class FusedAddRmsNormStaticQuantFp8
{
    private const string OpName = "fused_add_rms_norm_static_quant_fp8";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, Tensor scale, float epsilon, DType fp8Dtype, int? varianceSize,
        Tensor output, Tensor residualOut)
    {
        float reciprocal = 1f / Float8Quantization.ReadOne(scale);
        using Scratch<float> rowMemory = context.Scratch<float>(x.Last);
        using Scratch<float> residualMemory = context.Scratch<float>(x.Last);
        using Scratch<float> weightMemory = context.Scratch<float>(x.Last);
        Span<float> row = rowMemory, factors = weightMemory;
        weight?.ReadRow(0, factors);
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            FusedAddRmsNorm.AddRow(r, x, xResidual, row, residualMemory, residualOut);
            RmsNorm.NormalizeAndRound(row, weight, factors, epsilon, varianceSize, x.DType);
            Float8Quantization.MultiplyAndClamp(row, reciprocal, fp8Dtype);
            output.WriteRow(r, row);
        }
    }

    /// <summary>The outputs' specs: x's in float8, and x's.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static (TensorSpec Out, TensorSpec ResidualOut) Infer(
        TensorSpec x, TensorSpec xResidual, TensorSpec? weight, TensorSpec scale, float epsilon, DType fp8Dtype, int? varianceSize)
    {
        Require.Floating(OpName, "x", x);
        Require.Same(OpName, "x_residual", xResidual, "x", x);
        Require.RowWeight(OpName, weight, x);
        Require.OneSingle(OpName, "scale", scale);
        Require.Float8(OpName, fp8Dtype);
        Require.VarianceSize(OpName, varianceSize, x);
        return (x.WithDType(fp8Dtype), x);
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        generator.Set("x_residual", generator.Normal(1, generator.Shape(generator.Hidden)));
        RmsNorm.GenerateRest(generator);
        Float8Quantization.GenerateScale(generator);
    }
}
