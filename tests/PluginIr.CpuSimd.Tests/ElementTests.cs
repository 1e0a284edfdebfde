using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

/// <summary>The vectors' conversions against .NET's own of single numbers.</summary>
public sealed class ElementTests
{
    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Every_float16_widens_exactly(Width width)
    {
        ushort[] patterns = EveryPattern();
        float[] widened = ElementArrays.Widen<Float16Element>(width, patterns);
        for (int i = 0; i < patterns.Length; i++)
            AssertSame((float)BitConverter.UInt16BitsToHalf(patterns[i]), widened[i], $"0x{patterns[i]:x4}");
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Every_bfloat16_widens_exactly(Width width)
    {
        ushort[] patterns = EveryPattern();
        float[] widened = ElementArrays.Widen<BFloat16Element>(width, patterns);
        for (int i = 0; i < patterns.Length; i++)
            AssertSame((float)new BFloat16(patterns[i]), widened[i], $"0x{patterns[i]:x4}");
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Narrowing_to_float16_rounds_to_nearest_even(Width width)
    {
        float[] values = NearEveryBoundary(pattern => (float)BitConverter.UInt16BitsToHalf(pattern));
        ushort[] narrowed = ElementArrays.Narrow<Float16Element>(width, values);
        float[] rounded = ElementArrays.Round<Float16Element>(width, values);
        for (int i = 0; i < values.Length; i++)
        {
            float expected = (float)(Half)values[i];
            AssertSame(expected, (float)BitConverter.UInt16BitsToHalf(narrowed[i]), $"stored {values[i]:R}");
            AssertSame(expected, rounded[i], $"rounded {values[i]:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Narrowing_to_bfloat16_rounds_to_nearest_even(Width width)
    {
        float[] values = NearEveryBoundary(pattern => (float)new BFloat16(pattern));
        ushort[] narrowed = ElementArrays.Narrow<BFloat16Element>(width, values);
        float[] rounded = ElementArrays.Round<BFloat16Element>(width, values);
        for (int i = 0; i < values.Length; i++)
        {
            float expected = (float)(BFloat16)values[i];
            AssertSame(expected, (float)new BFloat16(narrowed[i]), $"stored {values[i]:R}");
            AssertSame(expected, rounded[i], $"rounded {values[i]:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void A_nan_stays_a_nan_when_rounded_wherever_its_payload_lies(Width width)
    {
        // Each payload bit alone, in both signs: some live only in bits that are cut off, some carry all the way when added to.
        float[] values =
        [
            .. Enumerable.Range(0, 23).SelectMany(bit => new[] { 0x7F80_0000u | (1u << bit), 0xFF80_0000u | (1u << bit) })
                .Append(0x7FFF_FFFFu).Append(0xFFFF_FFFFu).Select(BitConverter.UInt32BitsToSingle),
        ];
        ushort[] halves = ElementArrays.Narrow<Float16Element>(width, values), brains = ElementArrays.Narrow<BFloat16Element>(width, values);
        float[] roundedHalves = ElementArrays.Round<Float16Element>(width, values);
        float[] roundedBrains = ElementArrays.Round<BFloat16Element>(width, values);
        for (int i = 0; i < values.Length; i++)
        {
            AssertSame(values[i], (float)BitConverter.UInt16BitsToHalf(halves[i]), "float16");
            AssertSame(values[i], (float)new BFloat16(brains[i]), "bfloat16");
            AssertSame(values[i], roundedHalves[i], "float16, rounded");
            AssertSame(values[i], roundedBrains[i], "bfloat16, rounded");
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Pairs_of_vectors_round_as_single_ones_do(Width width)
    {
        float[] halves = InPairs(NearEveryBoundary(pattern => (float)BitConverter.UInt16BitsToHalf(pattern)));
        float[] brains = InPairs(NearEveryBoundary(pattern => (float)new BFloat16(pattern)));
        AssertSame(ElementArrays.Round<Float16Element>(width, halves), ElementPairs.StoreAndLoad<Float16Element>(width, halves));
        AssertSame(ElementArrays.Round<Float16Element>(width, halves), ElementPairs.RoundComputed<Float16Element>(width, halves));
        AssertSame(ElementArrays.Round<BFloat16Element>(width, brains), ElementPairs.StoreAndLoad<BFloat16Element>(width, brains));
        AssertSame(ElementArrays.Round<BFloat16Element>(width, brains), ElementPairs.RoundComputed<BFloat16Element>(width, brains));
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Bounded_numbers_round_to_the_same_float16_in_fewer_instructions_with_signs_from_elsewhere(Width width)
    {
        float[] bounded = InPairs(
            [.. NearEveryBoundary(pattern => (float)BitConverter.UInt16BitsToHalf(pattern)).Where(value => MathF.Abs(value) < BoundedFloat16<Lanes128>.Bound)]);
        float[] expected = ElementArrays.Round<Float16Element>(width, bounded);
        AssertSame(expected, ElementPairs.StoreAndLoadBounded(width, bounded));
        float[] rounded = ElementPairs.RoundBounded(width, bounded);
        for (int i = 0; i < bounded.Length; i++)
            Assert.True(expected[i] == rounded[i], $"{bounded[i]:R}: expected {expected[i]:R}, found {rounded[i]:R}.");
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Every_finite_float16_widens_exactly_in_fewer_instructions_and_what_is_not_comes_out_as_too_large(Width width)
    {
        foreach (ushort[] chunk in EveryPattern().Chunk(2048))
        {
            ushort[] patterns = [.. chunk.SelectMany(pattern => Enumerable.Repeat(pattern, 32))];
            float[] expected = ElementPairs.Load<Float16Element>(width, patterns), finite = ElementPairs.LoadFinite(width, patterns);
            for (int i = 0; i < patterns.Length; i++)
            {
                if (float.IsFinite(expected[i]))
                    AssertSame(expected[i], finite[i], $"0x{patterns[i]:x4}");
                else
                    Assert.True(MathF.Abs(finite[i]) is >= Float16Constants.LeastUnbounded and < float.PositiveInfinity, $"0x{patterns[i]:x4}: {finite[i]:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Pairs_of_vectors_widen_as_single_ones_do(Width width)
    {
        foreach (ushort[] chunk in EveryPattern().Chunk(2048))
        {
            // Every lane the same, so that the order does not matter.
            ushort[] patterns = [.. chunk.SelectMany(pattern => Enumerable.Repeat(pattern, 32))];
            AssertSame(ElementArrays.Widen<Float16Element>(width, patterns), ElementPairs.Load<Float16Element>(width, patterns));
            AssertSame(ElementArrays.Widen<BFloat16Element>(width, patterns), ElementPairs.Load<BFloat16Element>(width, patterns));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Part_of_a_vector_touches_nothing_past_its_end(Width width)
    {
        for (int count = 1; count < (int)width / 32; count++)
        {
            float[] source = Cases.Normal(count, 16), target = Enumerable.Repeat(-1f, 16).ToArray();
            float[] loaded = ElementArrays.CopyPart(width, source, target, count);

            Assert.Equal(source[..count], target[..count]);
            Assert.All(target[count..], value => Assert.Equal(-1f, value));
            Assert.All(loaded[count..], value => Assert.Equal(0f, value));
        }
    }

    private static ushort[] EveryPattern() => [.. Enumerable.Range(0, 65536).Select(pattern => (ushort)pattern)];

    // Every finite 16-bit number and the middle between it and the next, with the float32 on either side of each; random bits; the extremes.
    private static float[] NearEveryBoundary(Func<ushort, float> widen)
    {
        var values = new List<float>();
        for (int pattern = 0; pattern < 65535; pattern++)
        {
            float value = widen((ushort)pattern), next = widen((ushort)(pattern + 1));
            float middle = (float)(((double)value + next) / 2);
            foreach (float boundary in (float[])[value, middle])
                values.AddRange([boundary, MathF.BitIncrement(boundary), MathF.BitDecrement(boundary)]);
        }

        var random = new Random(1);
        for (int i = 0; i < 500_000; i++)
            values.Add(BitConverter.Int32BitsToSingle((int)random.NextInt64(int.MinValue, 1L + int.MaxValue)));
        values.AddRange([65519.996f, 65520f, 65536f, -65520f, float.MaxValue, float.MinValue, float.Epsilon, -0f, 2.9802322e-8f]);
        return [.. values];
    }

    // What arithmetic makes: no NaN, whose payload could lie where no element has any.
    private static float[] InPairs(float[] values)
    {
        float[] numbers = [.. values.Where(value => !float.IsNaN(value))];
        return [.. numbers, .. new float[(32 - (numbers.Length % 32)) % 32]];
    }

    private static void AssertSame(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            AssertSame(expected[i], actual[i], $"place {i}");
    }

    private static void AssertSame(float expected, float actual, string what)
    {
        bool same = float.IsNaN(expected)
            ? float.IsNaN(actual) && float.IsNegative(expected) == float.IsNegative(actual)
            : BitConverter.SingleToUInt32Bits(expected) == BitConverter.SingleToUInt32Bits(actual);
        if (!same)
            Assert.Fail($"{what}: expected {expected:R}, found {actual:R}.");
    }
}
