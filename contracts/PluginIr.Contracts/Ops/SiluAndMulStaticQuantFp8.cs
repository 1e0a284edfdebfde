using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>The gated activation, quantised to float8 with a given scale: <c>static_quant_fp8(silu_and_mul(x))</c>.</summary>
/// <remarks>
/// <para>What <see cref="SiluAndMul"/> makes, rounded to x's dtype as there, goes on to <see cref="StaticQuantFp8"/>.</para>
/// <para>Shapes: x [..., 2·H] of f32, f16 or bf16; scale one f32; out [..., H].</para>
/// </remarks>
[Op("silu_and_mul_static_quant_fp8(Tensor x, Tensor scale, dtype fp8_dtype) -> Tensor")]
public static partial class SiluAndMulStaticQuantFp8
{
    private const string OpName = "silu_and_mul_static_quant_fp8";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor scale, DType fp8Dtype, Tensor output)
    {
        float reciprocal = 1f / Float8Quantization.ReadOne(scale);
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            x.ReadRow(r, row);
            Span<float> gated = SiluAndMul.GateRow(row, x.DType);
            Float8Quantization.MultiplyAndClamp(gated, reciprocal, fp8Dtype);
            output.WriteRow(r, gated);
        }
    }

    /// <summary>The output's spec: half of x's rows in float8.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static TensorSpec Infer(TensorSpec x, TensorSpec scale, DType fp8Dtype)
    {
        Require.Halves(OpName, x);
        Require.OneSingle(OpName, "scale", scale);
        Require.Float8(OpName, fp8Dtype);
        Span<long> shape = stackalloc long[TensorSpec.MaxRank];
        x.Shape.CopyTo(shape);
        shape[x.Rank - 1] = x.Last / 2;
        return x.Derive(fp8Dtype, shape[..x.Rank]);
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Shape(2 * generator.Hidden)));
        Float8Quantization.GenerateScale(generator);
    }
}
