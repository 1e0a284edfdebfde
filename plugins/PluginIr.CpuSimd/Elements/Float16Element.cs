using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;
using static PluginIr.CpuSimd.Elements.Float16Constants;

namespace PluginIr.CpuSimd.Elements;

/// <summary>An element of <see cref="DType.Float16"/>: sign, 5 exponent bits with bias 15, 10 fraction bits.</summary>
/// <remarks>
/// .NET 10 exposes no conversion instructions for it, so both directions are done on a float32's bits and with its own rounding. Lanes
/// without sign are in the same order as integers that they are in as floats.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = sizeof(ushort))]
internal readonly unsafe struct Float16Element : IElement<Float16Element>
{
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
        // Half as much again as the power of two: the sum with a negative number must not fall below it, where places are worth less. The
        // product is exact. So is what the sum with the anchor is more than that, but a zero has no sign then.
        TLanes exponent = TLanes.MinBits(Exponent(values), TLanes.Create(LeastUnbounded));
        TLanes sum = TLanes.MultiplyAdd(exponent, TLanes.Create(Anchor), values);
        TLanes rounded = TLanes.MultiplyAdd(exponent, TLanes.Create(-Anchor), sum);

        // 2^16 and more overflows on the way up, and is infinity on the way down too; for all else both are exact.
        TLanes bounded = (rounded * TLanes.CreateBits((127u + 112) << 23)) * TLanes.CreateBits((127u - 112) << 23);
        return TLanes.SelectBits(TLanes.CreateBits(SignMask), values, bounded);
    }

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

    /// <summary>
    /// <see cref="LoadFirst"/> in half of the instructions. Exact for finite numbers; others become finite too, with a magnitude of
    /// <see cref="LeastUnbounded"/> or more.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadFirstFinite<TLanes>(Float16Element* source) where TLanes : struct, ILanes<TLanes> =>
        WidenedFinite(TLanes.Load((float*)source) << 16);

    /// <summary>The same for <see cref="LoadSecond"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadSecondFinite<TLanes>(Float16Element* source) where TLanes : struct, ILanes<TLanes> =>
        WidenedFinite(TLanes.Load((float*)source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UpperHalves<TLanes> LoadConstants<TLanes>() where TLanes : struct, ILanes<TLanes> => default;

    // Never past the caches: with NaNs and infinities looked for, converting takes longer than the read that this would save.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePair<TLanes>(TLanes first, TLanes second, Float16Element* target, bool streams, UpperHalves<TLanes> constants)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.SelectBits(
            TLanes.CreateBits(SignMasks), TLanes.SelectBits(TLanes.CreateBits(SignMask), second, first >>> 16),
            Joined(NarrowedMagnitude(first), NarrowedMagnitude(second))).Store((float*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes RoundComputed<TLanes>(TLanes values, UpperHalves<TLanes> constants) where TLanes : struct, ILanes<TLanes> => Round(values);

    /// <summary>The 16 bits of two numbers in each lane: of the lower halves, the second's above the first's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Joined<TLanes>(TLanes first, TLanes second) where TLanes : struct, ILanes<TLanes> =>
        TLanes.SelectBits(TLanes.CreateBits(0xFFFF), first, second << 16);

    /// <summary>The rounded 15 bits in the lower halves, of magnitudes up to <see cref="LeastUnbounded"/>. The other bits are of no use.</summary>
    /// <param name="magnitude">The magnitudes.</param>
    /// <param name="exponent">Their powers of two, the least normal number's at least.</param>
    /// <param name="anchor"><see cref="NarrowingAnchor"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Narrowed<TLanes>(TLanes magnitude, TLanes exponent, TLanes anchor) where TLanes : struct, ILanes<TLanes> =>
        // The lower half of the sum's bits is the significand in units of the last place, and the anchor's lower half. A normal number's
        // has its leading one, which adds 1 to the exponent, and so does a fraction that was rounded up to 2. The anchor's is even, so that
        // ties are the same, and cancels what the least exponent adds. Multiplying by the anchor is exact.
        TLanes.AddBits(TLanes.MultiplyAdd(exponent, anchor, magnitude), exponent >>> FractionDifference);

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

    // The numbers are in the upper halves. Their exponents come to be a float32's, too small by the difference of the biases, which a
    // multiplication makes up for: that of a subnormal, too, which is a subnormal float32 in between.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes WidenedFinite<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> =>
        ((values >> (16 - FractionDifference)) & TLanes.CreateBits(SignMask | (0x7FFFu << FractionDifference))) *
        TLanes.CreateBits((127u + 112) << 23);

    /// <summary>The rounded numbers' 16 bits in the lower halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Narrow<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> =>
        TLanes.SelectBits(TLanes.CreateBits(SignMask >> 16), values >>> 16, NarrowedMagnitude(values));

    /// <summary>The same but for the sign's bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes NarrowedMagnitude<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes>
    {
        // What is too large becomes the least that is, which narrowing turns into infinity.
        TLanes magnitude = TLanes.MinBits(values & TLanes.CreateBits(~SignMask), TLanes.Create(LeastUnbounded));
        return TLanes.SelectNaN(
            values, TLanes.CreateBits(0x7E00), Narrowed(magnitude, Exponent(magnitude), TLanes.CreateBits(NarrowingAnchor)));
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
