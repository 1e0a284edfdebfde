using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Quantises to float8 with a given scale for each group of columns of each row: <c>clamp(x · (1 / scale))</c>.</summary>
/// <remarks>
/// <para>A row's H columns are divided evenly among its G scales. Arithmetic is float32, rounded once. NaN stays NaN.</para>
/// <para>Shapes: x [..., H] of f32, f16 or bf16; scale [..., G] of f32, where G divides H; out [..., H].</para>
/// <para>Source: vLLM's native definition.</para>
/// </remarks>
[Op("static_group_quant_fp8(Tensor x, Tensor scale, dtype fp8_dtype) -> Tensor")]
public static partial class StaticGroupQuantFp8
{
    private const string OpName = "static_group_quant_fp8";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor scale, DType fp8Dtype, Tensor output)
    {
        using Scratch<float> rowMemory = context.Scratch<float>(x.Last);
        using Scratch<float> scaleMemory = context.Scratch<float>(scale.Last);
        Span<float> row = rowMemory, scales = scaleMemory;
        int groupSize = row.Length / scales.Length;
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            x.ReadRow(r, row);
            scale.ReadRow(r, scales);
            for (int g = 0; g < scales.Length; g++)
                Float8Quantization.MultiplyAndClamp(row.Slice(g * groupSize, groupSize), 1f / scales[g], fp8Dtype);
            output.WriteRow(r, row);
        }
    }

    /// <summary>The output's spec: x's in float8.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static TensorSpec Infer(TensorSpec x, TensorSpec scale, DType fp8Dtype)
    {
        Require.Floating(OpName, "x", x);
        Require.Float8(OpName, fp8Dtype);
        if (scale.DType != DType.Float32 || scale.Rank != x.Rank || !scale.Shape[..^1].SequenceEqual(x.Shape[..^1]) ||
            scale.Last == 0 || x.Last % scale.Last != 0)
        {
            throw ScaleError(x, scale);
        }

        return x.WithDType(fp8Dtype);
    }

    /// <summary>Arguments to test kernels with: either dtype, groups of 16 columns, or one where that is not even.</summary>
    public static void Generate(InputGenerator generator)
    {
        bool wide = generator.Random.Next(3) == 0;
        float largest = wide ? Float8E5M2.MaxValue : Float8E4M3FN.MaxValue;
        long groups = generator.Hidden % 16 == 0 ? generator.Hidden / 16 : 1;
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        generator.Set("scale", generator.Uniform(DType.Float32, 1 / largest, 8 / largest, generator.Shape(groups)));
        generator.Set("fp8_dtype", wide ? DType.Float8E5M2 : DType.Float8E4M3FN);
    }

    private static OpArgumentException ScaleError(TensorSpec x, TensorSpec scale) => new(
        OpName, $"scale must be f32 and have x's shape but for the last size, which must divide {x.Last}, for x {x}; found {scale}.");
}
