using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Normalises, then quantises to float8 with a scale for each row from its values.</summary>
/// <remarks>
/// <para>What <see cref="RmsNorm"/> makes, rounded to x's dtype as there, goes on to <see cref="DynamicQuantFp8"/> with per_token.</para>
/// <para>Shapes: x [..., H] of f32, f16 or bf16; weight [H] of any of these, or absent; scale_ub one f32, or absent; out [..., H]; scale f32
/// [..., 1].</para>
/// </remarks>
[Op("rms_norm_dynamic_quant_fp8(Tensor x, Tensor? weight, float epsilon, dtype fp8_dtype, Tensor? scale_ub=None, int? variance_size=None)" +
    " -> (Tensor out, Tensor scale)")]
public static partial class RmsNormDynamicQuantFp8
{
    private const string OpName = "rms_norm_dynamic_quant_fp8";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(
        KernelContext context, Tensor x, Tensor? weight, float epsilon, DType fp8Dtype, Tensor? scaleUb, int? varianceSize, Tensor output,
        Tensor scale)
    {
        float bound = Float8Quantization.ReadBound(scaleUb);
        using Scratch<float> rowMemory = context.Scratch<float>(x.Last);
        using Scratch<float> weightMemory = context.Scratch<float>(x.Last);
        Span<float> row = rowMemory, factors = weightMemory;
        weight?.ReadRow(0, factors);
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            x.ReadRow(r, row);
            RmsNorm.NormalizeAndRound(row, weight, factors, epsilon, varianceSize, x.DType);
            DynamicQuantFp8.QuantizeRow(r, row, bound, fp8Dtype, output, scale);
        }
    }

    /// <summary>The outputs' specs: x's in float8, and the scales'.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static (TensorSpec Out, TensorSpec Scale) Infer(
        TensorSpec x, TensorSpec? weight, float epsilon, DType fp8Dtype, TensorSpec? scaleUb, int? varianceSize)
    {
        Require.Floating(OpName, "x", x);
        Require.RowWeight(OpName, weight, x);
        Require.Float8(OpName, fp8Dtype);
        Require.VarianceSize(OpName, varianceSize, x);
        if (scaleUb is not null)
            Require.OneSingle(OpName, "scale_ub", scaleUb);
        TensorSpec output = x.WithDType(fp8Dtype);
        return (output, Float8Quantization.ScaleSpec(x, 1, output));
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        RmsNorm.GenerateRest(generator);
        Float8Quantization.GenerateBound(generator);
    }
}
