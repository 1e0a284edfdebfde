using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Adds a residual, normalises, and quantises to float8 with a scale for each row from its values.</summary>
/// <remarks>
/// <para>What <see cref="FusedAddRmsNorm"/> makes goes on to <see cref="DynamicQuantFp8"/> with per_token: the norm rounded to x's dtype
/// first, as there.</para>
/// <para>Shapes: x and x_residual [..., H], alike, of f32, f16 or bf16; weight [H] of any of these, or absent; scale_ub one f32, or absent;
/// out [..., H] of float8; scale f32 [..., 1]; residual_out as x.</para>
/// </remarks>
[Op("fused_add_rms_norm_dynamic_quant_fp8(Tensor x, Tensor x_residual, Tensor? weight, float epsilon, dtype fp8_dtype, " +
    "Tensor? scale_ub=None, int? variance_size=None) -> (Tensor out, Tensor scale, Tensor residual_out)")]
public static partial class FusedAddRmsNormDynamicQuantFp8
{
    private const string OpName = "fused_add_rms_norm_dynamic_quant_fp8";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, DType fp8Dtype, Tensor? scaleUb, int? varianceSize,
        Tensor output, Tensor scale, Tensor residualOut)
    {
        float bound = Float8Quantization.ReadBound(scaleUb);
        using Scratch<float> rowMemory = context.Scratch<float>(x.Last);
        using Scratch<float> residualMemory = context.Scratch<float>(x.Last);
        using Scratch<float> weightMemory = context.Scratch<float>(x.Last);
        Span<float> row = rowMemory, factors = weightMemory;
        weight?.ReadRow(0, factors);
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            FusedAddRmsNorm.AddRow(r, x, xResidual, row, residualMemory, residualOut);
            RmsNorm.NormalizeAndRound(row, weight, factors, epsilon, varianceSize, x.DType);
            DynamicQuantFp8.QuantizeRow(r, row, bound, fp8Dtype, output, scale);
        }
    }

    /// <summary>The outputs' specs: x's in float8, the scales', and x's.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static (TensorSpec Out, TensorSpec Scale, TensorSpec ResidualOut) Infer(
        TensorSpec x, TensorSpec xResidual, TensorSpec? weight, float epsilon, DType fp8Dtype, TensorSpec? scaleUb, int? varianceSize)
    {
        Require.Floating(OpName, "x", x);
        Require.Same(OpName, "x_residual", xResidual, "x", x);
        Require.RowWeight(OpName, weight, x);
        Require.Float8(OpName, fp8Dtype);
        Require.VarianceSize(OpName, varianceSize, x);
        if (scaleUb is not null)
            Require.OneSingle(OpName, "scale_ub", scaleUb);
        TensorSpec output = x.WithDType(fp8Dtype);
        return (output, Float8Quantization.ScaleSpec(x, 1, output), x);
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        generator.Set("x_residual", generator.Normal(1, generator.Shape(generator.Hidden)));
        RmsNorm.GenerateRest(generator);
        Float8Quantization.GenerateBound(generator);
    }
}
