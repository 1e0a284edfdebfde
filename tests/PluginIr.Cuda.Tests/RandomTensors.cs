namespace PluginIr.Cuda.Tests;

/// <summary>Tensors of numbers that are the same in each run.</summary>
internal static class RandomTensors
{
    /// <summary>float32 between -½ and ½.</summary>
    public static Tensor Random(params long[] shape) => Tensor.From<float>(Values(shape, random => random.NextSingle() - 0.5f), shape);

    /// <summary>The same of a dtype.</summary>
    public static Tensor Random(DType dtype, params long[] shape) => Tensor.FromSingles(dtype, Values(shape, random => random.NextSingle() - 0.5f), shape);

    /// <summary>bfloat16: sixty-fourths between -2 and 2, whose squares add up to the same number in any order.</summary>
    public static Tensor RandomSixtyFourths(params long[] shape) => Tensor.FromSingles(DType.BFloat16, Values(shape, random => random.Next(-128, 129) / 64f), shape);

    private static float[] Values(long[] shape, Func<Random, float> next)
    {
        var random = new Random(shape.Length);
        float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        foreach (ref float value in values.AsSpan())
            value = next(random);
        return values;
    }
}
