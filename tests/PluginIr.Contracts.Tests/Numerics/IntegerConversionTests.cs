namespace PluginIr.Contracts.Tests.Numerics;

public sealed class IntegerConversionTests
{
    [Theory]
    [InlineData(DType.Int8, 127f, -128f)]
    [InlineData(DType.UInt8, 255f, 0f)]
    [InlineData(DType.Int32, 2147483648f, -2147483648f)]
    [InlineData(DType.Int64, 9.223372e18f, -9.223372e18f)]
    public void Integers_saturate_round_to_even_and_take_nan_as_0(DType dtype, float largest, float smallest)
    {
        float[] values = [float.PositiveInfinity, 1e30f, float.NegativeInfinity, -1e30f, float.NaN, 0.5f, 1.5f, 2.5f, 3.4f];
        using Tensor tensor = Tensor.FromSingles(dtype, values, values.Length);
        Assert.Equal([largest, largest, smallest, smallest, 0, 0, 2, 2, 3], tensor.ToSingles());
    }

    [Fact]
    public void Bools_are_true_when_not_0_and_nan_is_not_0()
    {
        using Tensor tensor = Tensor.FromSingles(DType.Bool, [0, -0f, 0.1f, -3, float.NaN], 5);
        Assert.Equal([false, false, true, true, true], tensor.AsSpan<bool>().ToArray());
        Assert.Equal([0, 0, 1, 1, 1], tensor.ToSingles());
    }

    [Fact]
    public void Every_int8_survives_widening_and_narrowing()
    {
        byte[] patterns = [.. Enumerable.Range(0, 256).Select(i => (byte)i)], back = new byte[256];
        float[] values = new float[256];
        foreach (DType dtype in (DType[])[DType.Int8, DType.UInt8])
        {
            ElementConversion.ToSingles(patterns, values, dtype);
            ElementConversion.FromSingles(values, back, dtype);
            Assert.Equal(patterns, back);
        }
    }

    [Fact]
    public void Only_floating_point_dtypes_can_be_rounded_to() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ElementConversion.Round(new float[1], DType.Int8));
}
