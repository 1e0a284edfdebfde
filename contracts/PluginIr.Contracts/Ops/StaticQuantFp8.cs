using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Quantises to float8 with a given scale: <c>clamp(x · (1 / scale))</c> to the dtype's range.</summary>
/// <remarks>
/// <para>Arithmetic is float32, rounded once. NaN stays NaN. With num_token_padding the output has at least that many rows; those
/// past x's are zero.</para>
/// <para>Shapes: x [..., H] of f32, f16 or bf16, [T, H] with num_token_padding; scale one f32;
/// out [..., H] or [max(T, num_token_padding), H].</para>
/// <para>Source: vLLM's native definition.</para>
/// </remarks>
[Op("static_quant_fp8(Tensor x, Tensor scale, dtype fp8_dtype, int? num_token_padding=None) -> Tensor")]
public static partial class StaticQuantFp8
{
    private const string OpName = "static_quant_fp8";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor scale, DType fp8Dtype, int? numTokenPadding, Tensor output)
    {
        float reciprocal = 1f / Float8Quantization.ReadOne(scale);
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            x.ReadRow(r, row);
            Float8Quantization.MultiplyAndClamp(row, reciprocal, fp8Dtype);
            output.WriteRow(r, row);
        }

        Float8Quantization.ZeroRows(output, x.Rows, row);
    }

    /// <summary>The output's spec: x's in float8, padded.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static TensorSpec Infer(TensorSpec x, TensorSpec scale, DType fp8Dtype, int? numTokenPadding)
    {
        Require.Floating(OpName, "x", x);
        Require.OneSingle(OpName, "scale", scale);
        Require.Float8(OpName, fp8Dtype);
        Require.Padding(OpName, numTokenPadding, x);
        return Float8Quantization.PaddedSpec(x, fp8Dtype, numTokenPadding);
    }

    /// <summary>Arguments to test kernels with: either dtype; padding or clamped values now and then.</summary>
    public static void Generate(InputGenerator generator)
    {
        bool wide = generator.Random.Next(3) == 0;
        bool clamps = generator.Random.Next(4) == 0;
        float largest = wide ? Float8E5M2.MaxValue : Float8E4M3FN.MaxValue;
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        generator.Set("scale", Tensor.FromSingles(DType.Float32, [(clamps ? 1f : 4f) / largest], 1));
        generator.Set("fp8_dtype", wide ? DType.Float8E5M2 : DType.Float8E4M3FN);
        if (generator.Random.Next(4) == 0 && generator.Shape(generator.Hidden).Length == 2)
            generator.Set("num_token_padding", (int)generator.Rows + generator.Random.Next(4));
    }
}
