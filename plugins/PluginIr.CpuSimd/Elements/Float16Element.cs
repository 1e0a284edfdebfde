using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Elements;

/// <summary>An element of <see cref="DType.Float16"/>: sign, 5 exponent bits with bias 15, 10 fraction bits.</summary>
/// <remarks>
/// .NET 10 exposes no conversion instructions for it, so both directions are done on a float32's bits (8 exponent bits with bias 127,
/// 23 fraction bits) and with its own rounding. Lanes without sign are in the same order as integers that they are in as floats.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = sizeof(ushort))]
internal readonly unsafe struct Float16Element : IElement<Float16Element>
{
    private const uint SignMask = 0x8000_0000;
    private const uint ExponentMask = 0x7F80_0000;

    /// <summary>How many places fewer the fraction has.</summary>
    private const int FractionDifference = 13;

    /// <summary>2^-14, the least normal number. Below it the last place stays worth 2^-24.</summary>
    private const uint LeastNormal = 113u << 23;

    /// <summary>From a power of two to half as much again as its anchor.</summary>
    private const float Anchor = 1.5f * (1 << FractionDifference);

    /// <summary>From a power of two to its anchor, with the least exponent taken.</summary>
    private const uint NarrowingAnchor = ((127u + FractionDifference) << 23) | LeastExponentTaken;

    /// <summary>What added to a least normal number's exponent, in its place in binary16, leaves nothing in 16 bits.</summary>
    private const uint LeastExponentTaken = (1u << 17) - (LeastNormal >> FractionDifference);

    /// <summary>2^16, the least power of two that is too large.</summary>
    private const uint TooLarge = 143u << 23;

    public static bool IsCostlyToLoad
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(Float16Element* source) where TLanes : struct, ILanes<TLanes>
    {
        TLanes bits = TLanes.LoadLowerHalves((ushort*)source);
        return Widened(bits << FractionDifference, bits << 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes values, Float16Element* target) where TLanes : struct, ILanes<TLanes> =>
        Narrow(values).StoreLowerHalves((ushort*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhole<TLanes>(TLanes values, Float16Element* target, bool streams) where TLanes : struct, ILanes<TLanes> =>
        Store(values, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes>
    {
        TLanes rounded = Rounded(values, TLanes.MinBits(Exponent(values), TLanes.CreateBits(TooLarge)));

        // 2^16 and more overflows on the way up, and is infinity on the way down too; for all else both are exact.
        TLanes bounded = (rounded * TLanes.CreateBits((127u + 112) << 23)) * TLanes.CreateBits((127u - 112) << 23);
        return TLanes.SelectBits(TLanes.CreateBits(SignMask), values, bounded);
    }

    /// <summary><see cref="Round"/> for magnitudes that do not become infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes RoundOrdinary<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> =>
        TLanes.SelectBits(TLanes.CreateBits(SignMask), values, Rounded(values, Exponent(values)));

    // Elements with even places first, those with odd ones second, of the little-endian pairs of them that lanes hold.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadFirst<TLanes>(Float16Element* source) where TLanes : struct, ILanes<TLanes>
    {
        TLanes pairs = TLanes.Load((float*)source);
        return Widened(pairs << FractionDifference, pairs << 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadSecond<TLanes>(Float16Element* source) where TLanes : struct, ILanes<TLanes>
    {
        TLanes pairs = TLanes.Load((float*)source);
        return Widened(pairs >>> (16 - FractionDifference), pairs);
    }

    // Never past the caches: see Streaming.Suits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePair<TLanes>(TLanes first, TLanes second, Float16Element* target, bool streams)
        where TLanes : struct, ILanes<TLanes> =>
        Joined(first, NarrowedMagnitude(first), second, NarrowedMagnitude(second)).Store((float*)target);

    /// <summary>Two numbers' 16 bits in each lane: with the numbers' signs, and what <see cref="NarrowedOrdinary"/> made of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Joined<TLanes>(TLanes first, TLanes firstMagnitude, TLanes second, TLanes secondMagnitude)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes magnitudes = TLanes.SelectBits(TLanes.CreateBits(0xFFFF), firstMagnitude, secondMagnitude << 16);
        TLanes signs = TLanes.SelectBits(TLanes.CreateBits(SignMask), second, first >>> 16);
        return TLanes.SelectBits(TLanes.CreateBits(SignMask | (SignMask >> 16)), signs, magnitudes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes RoundComputed<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> => Round(values);

    /// <summary>
    /// The numbers whose signs are in the highest bits of one vector, and whose other 15 bits begin at the fraction's last place in another. The
    /// other bits are of no use.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Widened<TLanes>(TLanes magnitudes, TLanes signs) where TLanes : struct, ILanes<TLanes>
    {
        // The exponent is moved so that the largest becomes a float32's largest, which means infinity and NaN in both; a multiplication
        // then takes finite numbers, and only them, from there to where they belong.
        TLanes moved = TLanes.SelectBits(
            TLanes.CreateBits(0x7FFFu << FractionDifference), magnitudes, TLanes.CreateBits((255u - 31) << 23));
        TLanes normal = moved * TLanes.CreateBits((127u - 112) << 23);

        // A subnormal has no implicit leading one, but was given one, worth 2^-15: twice that less 2^-14 is right. This is exact and less than
        // with the one, but no less for a normal number.
        TLanes subnormal = TLanes.MultiplyAdd(moved, TLanes.CreateBits((127u - 111) << 23), TLanes.CreateBits(SignMask | LeastNormal));

        return TLanes.SelectBits(TLanes.CreateBits(SignMask), signs, TLanes.MinBits(subnormal, normal));
    }

    /// <summary>The rounded numbers' 16 bits in the lower halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Narrow<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> =>
        TLanes.SelectBits(TLanes.CreateBits(SignMask >> 16), values >>> 16, NarrowedMagnitude(values));

    /// <summary>The same but for the sign's bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes NarrowedMagnitude<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> =>
        TLanes.SelectNaN(values, TLanes.CreateBits(0x7E00), NarrowedOrdinary(values));

    /// <summary>The rounded magnitudes' 15 bits in the lower halves, of numbers that are no NaN. The other bits are of no use.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes NarrowedOrdinary<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes>
    {
        // What is too large becomes 2^16, which the sums below turn into infinity.
        TLanes magnitude = TLanes.MinBits(values & TLanes.CreateBits(~SignMask), TLanes.CreateBits(TooLarge));
        TLanes exponent = Exponent(magnitude);

        // The lower half of the sum's bits is the significand in units of the last place, and the anchor's lower half. A normal number's
        // has its leading one, which adds 1 to the exponent, and so does a fraction that was rounded up to 2. The anchor's is even, so that
        // ties are the same, and cancels what the least exponent adds. Multiplying by the anchor is exact.
        TLanes sum = TLanes.MultiplyAdd(exponent, TLanes.CreateBits(NarrowingAnchor), magnitude);
        return TLanes.AddBits(sum, exponent >>> FractionDifference);
    }

    /// <summary>The sum with an anchor, and what that is more than it. A zero has no sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Rounded<TLanes>(TLanes values, TLanes exponent) where TLanes : struct, ILanes<TLanes>
    {
        // Half as much again as the power of two: the sum with a negative number must not fall below it, where places are worth less. The
        // product is exact.
        TLanes sum = TLanes.MultiplyAdd(exponent, TLanes.Create(Anchor), values);
        return TLanes.MultiplyAdd(exponent, TLanes.Create(-Anchor), sum);
    }

    /// <summary>
    /// The exponents' bits, those of subnormals as the least normal number's: powers of two. 2^13 times that, an anchor, is so far above the
    /// number that the last place of their sum is the last place that binary16 has for the number: the addition rounds to it, to nearest, ties
    /// to even.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Exponent<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> =>
        TLanes.MaxBits(values & TLanes.CreateBits(ExponentMask), TLanes.CreateBits(LeastNormal));
}
