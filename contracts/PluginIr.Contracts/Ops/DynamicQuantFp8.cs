using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Quantises to float8 with a scale from the values themselves, one for each row or one for all.</summary>
/// <remarks>
/// <para><c>scale = max(absmax / largest, 1 / (largest · 512)); out = clamp(x · (1 / scale))</c>, where largest is the dtype's largest
/// value and absmax, with scale_ub, is at most that. Arithmetic is float32, rounded once; a NaN makes its scale NaN and so all that
/// the scale is for. With num_token_padding the output has at least that many rows; those past x's are zero and have no scale.</para>
/// <para>Shapes: x [..., H] of f32, f16 or bf16, [T, H] with num_token_padding; scale_ub one f32, with per_token only; out [..., H] or
/// [max(T, num_token_padding), H]; scale f32, [..., 1] with per_token and [1] without.</para>
/// <para>Source: vLLM's native definition.</para>
/// </remarks>
[Op("dynamic_quant_fp8(Tensor x, bool per_token, dtype fp8_dtype, Tensor? scale_ub=None, int? num_token_padding=None)" +
    " -> (Tensor out, Tensor scale)")]
public static partial class DynamicQuantFp8
{
    private const string OpName = "dynamic_quant_fp8";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(
        KernelContext context, Tensor x, bool perToken, DType fp8Dtype, Tensor? scaleUb, int? numTokenPadding, Tensor output,
        Tensor scale)
    {
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        long rows = x.Rows;
        float rowScale = 0;
        if (!perToken)
        {
            float magnitude = 0;
            for (long r = 0; r < rows; r++)
            {
                x.ReadRow(r, row);
                magnitude = Float8Quantization.Magnitude(row, magnitude);
            }

            rowScale = ScaleOf(magnitude, fp8Dtype);
            scale.WriteRow(0, new ReadOnlySpan<float>(in rowScale));
        }

        float bound = Float8Quantization.ReadBound(scaleUb);
        for (long r = 0; r < rows; r++)
        {
            x.ReadRow(r, row);
            if (perToken)
            {
                QuantizeRow(r, row, bound, fp8Dtype, output, scale);
                continue;
            }

            Float8Quantization.MultiplyAndClamp(row, 1f / rowScale, fp8Dtype);
            output.WriteRow(r, row);
        }

        Float8Quantization.ZeroRows(output, rows, row);
    }

    /// <summary>The outputs' specs: x's in float8, padded, and the scales'.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static (TensorSpec Out, TensorSpec Scale) Infer(
        TensorSpec x, bool perToken, DType fp8Dtype, TensorSpec? scaleUb, int? numTokenPadding)
    {
        Require.Floating(OpName, "x", x);
        Require.Float8(OpName, fp8Dtype);
        Require.Padding(OpName, numTokenPadding, x);
        if (scaleUb is not null)
        {
            Require.OneSingle(OpName, "scale_ub", scaleUb);
            if (!perToken)
                throw BoundWithoutRows();
        }

        TensorSpec output = Float8Quantization.PaddedSpec(x, fp8Dtype, numTokenPadding);
        return (output, perToken ? Float8Quantization.ScaleSpec(x, 1, output) : output.Derive(DType.Float32, 1));
    }

    /// <summary>Arguments to test kernels with: either kind of scale and dtype; a bound or padding now and then.</summary>
    public static void Generate(InputGenerator generator)
    {
        bool perToken = generator.Random.Next(2) == 0;
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        generator.Set("per_token", perToken);
        generator.Set("fp8_dtype", generator.Random.Next(3) == 0 ? DType.Float8E5M2 : DType.Float8E4M3FN);
        generator.Set("scale_ub", perToken && generator.Random.Next(2) == 0 ? Tensor.FromSingles(DType.Float32, [1.5f], 1) : null);
        if (generator.Random.Next(4) == 0 && generator.Shape(generator.Hidden).Length == 2)
            generator.Set("num_token_padding", (int)generator.Rows + generator.Random.Next(4));
    }

    /// <summary>A row with a scale of its own. MathF.Min keeps a NaN on either side.</summary>
    internal static void QuantizeRow(long r, Span<float> row, float bound, DType dtype, Tensor output, Tensor scale)
    {
        float rowScale = ScaleOf(MathF.Min(Float8Quantization.Magnitude(row), bound), dtype);
        scale.WriteRow(r, new ReadOnlySpan<float>(in rowScale));
        Float8Quantization.MultiplyAndClamp(row, 1f / rowScale, dtype);
        output.WriteRow(r, row);
    }

    private static float ScaleOf(float magnitude, DType dtype) =>
        Float8Quantization.AtLeast(Float8Quantization.RawScale(magnitude, dtype), dtype);

    private static OpArgumentException BoundWithoutRows() => new(
        OpName, "scale_ub bounds the scale of each row, so it needs per_token=True; found per_token=False. Leave scale_ub out.");
}
