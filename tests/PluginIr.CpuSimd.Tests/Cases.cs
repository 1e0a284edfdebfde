using Xunit;

namespace PluginIr.CpuSimd.Tests;

/// <summary>What the kernels are tested on.</summary>
internal static class Cases
{
    public const float Epsilon = 1e-6f;

    public static readonly DType[] DTypes = [DType.Float32, DType.Float16, DType.BFloat16];

    public static readonly Width[] Widths = Enum.GetValues<Width>();

    /// <summary>Around every vector width and unrolled block, and some that models have.</summary>
    public static readonly int[] Sizes = [1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 1000, 1024, 4096, 5000];

    public static TheoryData<DType> EveryDType => [.. DTypes];

    public static TheoryData<Width> EveryWidth => [.. Widths];

    public static MatrixTheoryData<DType, int> EveryDTypeAndSize => new(DTypes, Sizes);

    public static MatrixTheoryData<DType, Width> EveryDTypeAndWidth => new(DTypes, Widths);

    public static float[] Normal(int seed, long count)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return values;
    }

    /// <summary>Integers so small that their squares' sum is exact in float32, in whatever order they are added.</summary>
    public static float[] SmallIntegers(int seed, long count)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.Next(-9, 10);
        return values;
    }
}
