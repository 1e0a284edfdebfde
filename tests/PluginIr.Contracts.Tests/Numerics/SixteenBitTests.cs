namespace PluginIr.Contracts.Tests.Numerics;

public sealed class SixteenBitTests
{
    [Fact]
    public void Every_bfloat16_pattern_survives_widening_and_rounding()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var value = new BFloat16((ushort)bits);
            int expected = float.IsNaN((float)value) ? bits | 0x40 : bits; // A signalling NaN becomes a quiet one.
            Assert.Equal(expected, ((BFloat16)(float)value).Bits);
        }
    }

    [Fact]
    public void Every_float16_pattern_survives_widening_and_rounding()
    {
        byte[] patterns = new byte[2 * 65536], back = new byte[2 * 65536];
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
            BitConverter.TryWriteBytes(patterns.AsSpan(2 * bits), (ushort)bits);
        float[] values = new float[65536];
        ElementConversion.ToSingles(patterns, values, DType.Float16);
        ElementConversion.FromSingles(values, back, DType.Float16);
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            int expected = float.IsNaN(values[bits]) ? bits | 0x200 : bits;
            Assert.Equal(expected, BitConverter.ToUInt16(back, 2 * bits));
        }
    }

    [Fact]
    public void Bfloat16_rounds_to_nearest_and_ties_to_even()
    {
        // All finite neighbours: the middle goes to the one with an even last bit, everything else to the nearer one.
        for (int bits = 0; bits < 0x7F80; bits++)
        {
            uint lower = (uint)bits << 16;
            Assert.Equal(bits, Round(lower + 0x7FFF));
            Assert.Equal((bits & 1) == 0 ? bits : bits + 1, Round(lower + 0x8000));
            Assert.Equal(bits + 1, Round(lower + 0x8001));
        }

        static int Round(uint bits) => ((BFloat16)BitConverter.UInt32BitsToSingle(bits)).Bits;
    }

    [Theory]
    [InlineData(0x7F800001u)]
    [InlineData(0xFF800001u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x7FC00000u)]
    public void A_nan_stays_a_nan_of_its_sign_when_rounded(uint bits)
    {
        float value = BitConverter.UInt32BitsToSingle(bits);
        Assert.True(float.IsNaN((float)(BFloat16)value));
        Assert.Equal(bits >> 31, (uint)((BFloat16)value).Bits >> 15);
        foreach (DType dtype in DTypes.Floating.Members().Concat([DType.Float8E4M3FN, DType.Float8E5M2]))
        {
            float[] rounded = [value];
            ElementConversion.Round(rounded, dtype);
            Assert.True(float.IsNaN(rounded[0]), dtype.Name());
            Assert.Equal(float.IsNegative(value), float.IsNegative(rounded[0]));
        }
    }

    [Theory]
    [InlineData(0x7F7F7FFFu, 0x7F7F)]
    [InlineData(0x7F7F8000u, 0x7F80)] // Halfway from the largest bfloat16 to the next power of two: to even, which is infinity.
    [InlineData(0xFF7FFFFFu, 0xFF80)]
    public void What_is_past_the_largest_bfloat16_rounds_to_infinity(uint bits, int expected) =>
        Assert.Equal(expected, ((BFloat16)BitConverter.UInt32BitsToSingle(bits)).Bits);

    [Fact]
    public void Sixteen_bit_numbers_compare_as_numbers()
    {
        Assert.True(new BFloat16(0x8000) == new BFloat16(0));
        Assert.True(new BFloat16(0x7FC0) != new BFloat16(0x7FC0));
        Assert.Equal(new BFloat16(0).GetHashCode(), new BFloat16(0x8000).GetHashCode());
    }
}
