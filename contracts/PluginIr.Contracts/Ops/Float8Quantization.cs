using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>The steps that the float8 quantisers are made of.</summary>
/// <remarks>NaN goes through every step, as in PyTorch: MathF.Max and Math.Clamp keep it.</remarks>
internal static class Float8Quantization
{
    /// <summary>The largest finite value of a float8 dtype.</summary>
    public static float Largest(DType dtype) => dtype == DType.Float8E4M3FN ? Float8E4M3FN.MaxValue : Float8E5M2.MaxValue;

    /// <summary>The greatest magnitude among the values and <paramref name="least"/>; NaN when one of them is.</summary>
    public static float Magnitude(ReadOnlySpan<float> values, float least = 0)
    {
        foreach (float value in values)
            least = MathF.Max(least, MathF.Abs(value));
        return least;
    }

    /// <summary>The scale that takes a magnitude to the dtype's largest value, before <see cref="AtLeast"/>.</summary>
    public static float RawScale(float magnitude, DType dtype) => magnitude / Largest(dtype);

    /// <summary>Keeps scales away from 0, whose reciprocal is infinite: not below 1 / (largest · 512).</summary>
    public static float AtLeast(float scale, DType dtype) => MathF.Max(scale, (float)(1.0 / (Largest(dtype) * 512.0)));

    /// <summary>Multiplies by the reciprocal of a scale and clamps to the dtype's range.</summary>
    public static void MultiplyAndClamp(Span<float> values, float reciprocal, DType dtype)
    {
        float largest = Largest(dtype);
        foreach (ref float value in values)
            value = Math.Clamp(value * reciprocal, -largest, largest);
    }

    /// <summary>Divides by a scale and clamps to the dtype's range.</summary>
    public static void DivideAndClamp(Span<float> values, float scale, DType dtype)
    {
        float largest = Largest(dtype);
        foreach (ref float value in values)
            value = Math.Clamp(value / scale, -largest, largest);
    }

    /// <summary>The value of a tensor of one float32.</summary>
    public static float ReadOne(Tensor tensor)
    {
        float value = 0;
        tensor.ReadRow(0, new Span<float>(ref value));
        return value;
    }

    /// <summary>An upper bound of scales; without one, infinity, which bounds nothing.</summary>
    public static float ReadBound(Tensor? scaleUb) => scaleUb is null ? float.PositiveInfinity : ReadOne(scaleUb);

    /// <summary>A given scale and its dtype to test kernels with: either dtype, values that are clamped now and then.</summary>
    public static void GenerateScale(InputGenerator generator)
    {
        bool wide = generator.Random.Next(3) == 0, clamps = generator.Random.Next(4) == 0;
        DType dtype = wide ? DType.Float8E5M2 : DType.Float8E4M3FN;
        generator.Set("scale", Tensor.FromSingles(DType.Float32, [(clamps ? 1f : 4f) / Largest(dtype)], 1));
        generator.Set("fp8_dtype", dtype);
    }

    /// <summary>A dtype to test kernels with, and a bound of the scales now and then.</summary>
    public static void GenerateBound(InputGenerator generator)
    {
        generator.Set("fp8_dtype", generator.Random.Next(3) == 0 ? DType.Float8E5M2 : DType.Float8E4M3FN);
        generator.Set("scale_ub", generator.Random.Next(2) == 0 ? Tensor.FromSingles(DType.Float32, [1.5f], 1) : null);
    }

    /// <summary>Writes zeros to an output's rows from <paramref name="first"/> on.</summary>
    public static void ZeroRows(Tensor output, long first, Span<float> row)
    {
        row.Clear();
        for (long r = first, rows = output.Rows; r < rows; r++)
            output.WriteRow(r, row);
    }

    /// <summary>x's shape in a float8 dtype, with at least <paramref name="padding"/> rows.</summary>
    public static TensorSpec PaddedSpec(TensorSpec x, DType dtype, int? padding) =>
        padding > x[0] ? x.Derive(dtype, padding.Value, x[1]) : x.WithDType(dtype);

    /// <summary>Float32 scales, <paramref name="columns"/> for each row of x.</summary>
    /// <param name="x">The tensor that is quantised.</param>
    /// <param name="columns">Scales in a row.</param>
    /// <param name="memo">The spec that remembers the result: another than x, which remembers the quantised output's.</param>
    public static TensorSpec ScaleSpec(TensorSpec x, long columns, TensorSpec memo)
    {
        Span<long> shape = stackalloc long[TensorSpec.MaxRank];
        x.Shape.CopyTo(shape);
        shape[x.Rank - 1] = columns;
        return memo.Derive(DType.Float32, shape[..x.Rank]);
    }
}
