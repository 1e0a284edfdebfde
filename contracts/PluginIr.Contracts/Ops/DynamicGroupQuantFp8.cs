using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Quantises to float8 with a scale from the values themselves for each group of columns of each row.</summary>
/// <remarks>
/// <para><c>scale = max(absmax / largest, 1 / (largest · 512)); out = clamp(x / scale)</c>. With use_ue8m0, absmax / largest is first
/// rounded up to a power of two, as <c>exp2(ceil(log2(…)))</c> in float32. A last group that is short counts as padded with zeros.
/// Arithmetic is float32, rounded once; a NaN makes its group NaN.</para>
/// <para>Shapes: x [..., H] of f32, f16 or bf16; out [..., H]; scale [..., ⌈H / group_size⌉] of f32.</para>
/// <para>Source: vLLM's native definition.</para>
/// </remarks>
[Op("dynamic_group_quant_fp8(Tensor x, int group_size, bool use_ue8m0, dtype fp8_dtype) -> (Tensor out, Tensor scale)")]
public static partial class DynamicGroupQuantFp8
{
    private const string OpName = "dynamic_group_quant_fp8";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(
        KernelContext context, Tensor x, int groupSize, bool useUe8m0, DType fp8Dtype, Tensor output, Tensor scale)
    {
        using Scratch<float> rowMemory = context.Scratch<float>(x.Last);
        using Scratch<float> scaleMemory = context.Scratch<float>(scale.Last);
        Span<float> row = rowMemory, scales = scaleMemory;
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            x.ReadRow(r, row);
            for (int g = 0; g < scales.Length; g++)
            {
                int start = g * groupSize;
                Span<float> group = row.Slice(start, Math.Min(groupSize, row.Length - start));
                float raw = Float8Quantization.RawScale(Float8Quantization.Magnitude(group), fp8Dtype);
                if (useUe8m0)
                    raw = float.Exp2(MathF.Ceiling(MathF.Log2(raw)));
                scales[g] = Float8Quantization.AtLeast(raw, fp8Dtype);
                Float8Quantization.DivideAndClamp(group, scales[g], fp8Dtype);
            }

            output.WriteRow(r, row);
            scale.WriteRow(r, scales);
        }
    }

    /// <summary>The outputs' specs: x's in float8, and the scales'.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says, or group_size is not positive.</exception>
    public static (TensorSpec Out, TensorSpec Scale) Infer(TensorSpec x, int groupSize, bool useUe8m0, DType fp8Dtype)
    {
        Require.Floating(OpName, "x", x);
        Require.Float8(OpName, fp8Dtype);
        if (groupSize < 1)
            throw GroupSizeError(groupSize);
        TensorSpec output = x.WithDType(fp8Dtype);
        long groups = (x.Last / groupSize) + (x.Last % groupSize == 0 ? 0 : 1);
        return (output, Float8Quantization.ScaleSpec(x, groups, output));
    }

    /// <summary>Arguments to test kernels with: groups of 16 or 128 columns, not always even; either dtype and scale.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        generator.Set("group_size", generator.Random.Next(2) == 0 ? 16 : 128);
        generator.Set("use_ue8m0", generator.Random.Next(2) == 0);
        generator.Set("fp8_dtype", generator.Random.Next(3) == 0 ? DType.Float8E5M2 : DType.Float8E4M3FN);
    }

    private static OpArgumentException GroupSizeError(int groupSize) =>
        new(OpName, $"group_size must be at least 1; found {groupSize}.");
}
