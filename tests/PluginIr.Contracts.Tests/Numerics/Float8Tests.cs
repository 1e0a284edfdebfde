namespace PluginIr.Contracts.Tests.Numerics;

public sealed class Float8Tests
{
    public static TheoryData<DType> Formats => [DType.Float8E4M3FN, DType.Float8E5M2];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_pattern_survives_widening_and_rounding(DType dtype)
    {
        for (int bits = 0; bits < 256; bits++)
        {
            float value = Value(bits, dtype);
            byte back = Encode(value, dtype);
            Assert.Equal(float.IsNaN(value) ? (bits & 0x80) | 0x7F : bits, back);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_number_rounds_to_the_nearest_of_all_finite_values_and_ties_to_even(DType dtype)
    {
        float[] finite = [.. Enumerable.Range(0, 128).Select(b => Value(b, dtype)).Where(float.IsFinite)];
        for (int bits = 0; bits + 1 < finite.Length; bits++)
        {
            float middle = (finite[bits] + finite[bits + 1]) / 2; // exact: both have few bits
            foreach (float value in (float[])[finite[bits], MathF.BitDecrement(middle), middle, MathF.BitIncrement(middle), finite[bits + 1]])
            {
                int expected = Nearest(finite, value);
                Assert.Equal(expected, Encode(value, dtype));
                Assert.Equal(expected | 0x80, Encode(-value, dtype));
            }
        }

        var random = new Random(5);
        for (int i = 0; i < 100_000; i++)
        {
            float value = random.NextSingle() * MathF.ScaleB(1, random.Next(-20, 16));
            if (value < finite[^1])
                Assert.Equal(Nearest(finite, value), Encode(value, dtype));
        }
    }

    [Theory]
    [InlineData(448f, 0x7E)]
    [InlineData(464f, 0x7E)] // Halfway to 480, which would be the next value: to even, which is 448.
    [InlineData(464.00003f, 0x7F)]
    [InlineData(480f, 0x7F)]
    [InlineData(1e30f, 0x7F)]
    [InlineData(float.PositiveInfinity, 0x7F)]
    public void E4m3fn_has_no_infinity_so_what_is_too_large_becomes_nan(float value, int expected) =>
        Assert.Equal(expected, ((Float8E4M3FN)value).Bits);

    [Theory]
    [InlineData(57344f, 0x7B)]
    [InlineData(61439.996f, 0x7B)]
    [InlineData(61440f, 0x7C)] // Halfway to 65536: to even, which is infinity.
    [InlineData(1e30f, 0x7C)]
    [InlineData(float.PositiveInfinity, 0x7C)]
    public void E5m2_rounds_what_is_too_large_to_infinity(float value, int expected) => Assert.Equal(expected, ((Float8E5M2)value).Bits);

    [Fact]
    public void The_largest_values_are_those_of_the_formats()
    {
        Assert.Equal(Float8E4M3FN.MaxValue, (float)new Float8E4M3FN(0x7E));
        Assert.Equal(Float8E5M2.MaxValue, (float)new Float8E5M2(0x7B));
        Assert.Equal(MathF.ScaleB(1, -9), (float)new Float8E4M3FN(1));
        Assert.Equal(MathF.ScaleB(1, -16), (float)new Float8E5M2(1));
    }

    [Fact]
    public void Float8_numbers_compare_as_numbers()
    {
        Assert.True(new Float8E4M3FN(0x80) == new Float8E4M3FN(0));
        Assert.True(new Float8E4M3FN(0x7F) != new Float8E4M3FN(0x7F));
        Assert.True(new Float8E5M2(0x80) == new Float8E5M2(0));
        Assert.True(new Float8E5M2(0x7E) != new Float8E5M2(0x7E));
    }

    private static int Nearest(float[] finite, float value)
    {
        int best = 0;
        for (int i = 1; i < finite.Length; i++)
        {
            double distance = Math.Abs((double)value - finite[i]), least = Math.Abs((double)value - finite[best]);
            if (distance < least || (distance == least && i % 2 == 0))
                best = i;
        }

        return best;
    }

    private static float Value(int bits, DType dtype)
    {
        float[] value = new float[1];
        ElementConversion.ToSingles([(byte)bits], value, dtype);
        return value[0];
    }

    private static byte Encode(float value, DType dtype)
    {
        byte[] bits = new byte[1];
        ElementConversion.FromSingles([value], bits, dtype);
        return bits[0];
    }
}
