using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Elements;

/// <summary>An element of <see cref="DType.Float16"/>: sign, 5 exponent bits with bias 15, 10 fraction bits.</summary>
/// <remarks>
/// .NET 10 exposes no conversion instructions for it, so both directions are done on a float32's bits (8 exponent bits with bias 127,
/// 23 fraction bits) and with its own rounding. Signs are taken off first; lanes without sign are in the same order as integers that
/// they are in as floats.
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

    /// <summary>2^16, the least power of two that is too large.</summary>
    private const uint TooLarge = 143u << 23;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(Float16Element* source) where TLanes : struct, ILanes<TLanes>
    {
        TLanes bits = TLanes.LoadLowerHalves((ushort*)source);
        TLanes sign = (bits << 16) & TLanes.CreateBits(SignMask);
        TLanes magnitude = (bits & TLanes.CreateBits(0x7FFF)) << FractionDifference;

        // The exponent is moved so that the largest becomes a float32's largest, which means infinity and NaN in both; a multiplication
        // then takes finite numbers, and only them, from there to where they belong.
        TLanes normal = TLanes.AddBits(magnitude, TLanes.CreateBits((255u - 31) << 23)) * TLanes.CreateBits((127u - (255 - 31 - 112)) << 23);

        // A subnormal has no implicit leading one: it is given one and loses it again. The difference is exact.
        TLanes leadingOne = TLanes.CreateBits(LeastNormal);
        TLanes subnormal = TLanes.AddBits(magnitude, leadingOne) - leadingOne;

        return sign | TLanes.SelectLess(magnitude, TLanes.CreateBits(1u << 23), subnormal, normal);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes values, Float16Element* target) where TLanes : struct, ILanes<TLanes> =>
        Narrow(values).StoreLowerHalves((ushort*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal<TLanes>(TLanes values, Float16Element* target) where TLanes : struct, ILanes<TLanes> =>
        Narrow(values).StoreLowerHalvesNonTemporal((ushort*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes>
    {
        TLanes magnitude = values & TLanes.CreateBits(~SignMask);
        TLanes anchor = Anchor(magnitude);
        TLanes rounded = (magnitude + anchor) - anchor;

        // 2^16 and more overflows on the way up, and is infinity on the way down too; for all else both are exact.
        TLanes bounded = (rounded * TLanes.CreateBits((127u + 112) << 23)) * TLanes.CreateBits((127u - 112) << 23);
        return bounded | (values & TLanes.CreateBits(SignMask));
    }

    /// <summary>The rounded numbers' 16 bits in the lower halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Narrow<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes>
    {
        TLanes magnitude = values & TLanes.CreateBits(~SignMask);
        TLanes anchor = Anchor(magnitude);

        // The sum's bits less the anchor's are the significand in units of the last place. A normal number's has its leading one, which
        // adds 1 to the exponent, and so does a fraction that was rounded up to 2. What is too large ends up above infinity.
        TLanes significand = TLanes.SubtractBits(magnitude + anchor, anchor);
        TLanes exponent = TLanes.SubtractBits(anchor >>> FractionDifference, TLanes.CreateBits((113u + FractionDifference) << 10));
        TLanes bits = TLanes.MinBits(TLanes.AddBits(exponent, significand), TLanes.CreateBits(0x7C00));
        bits = TLanes.SelectNaN(values, TLanes.CreateBits(0x7E00), bits);

        TLanes sign = (values & TLanes.CreateBits(SignMask)) >>> 16;
        return sign | bits;
    }

    /// <summary>
    /// A power of two so far above a magnitude that the last place of their sum is the last place that binary16 has for the magnitude: the
    /// addition rounds to it, to nearest, ties to even.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Anchor<TLanes>(TLanes magnitude) where TLanes : struct, ILanes<TLanes>
    {
        TLanes exponent = magnitude & TLanes.CreateBits(ExponentMask);
        TLanes clamped = TLanes.MinBits(TLanes.MaxBits(exponent, TLanes.CreateBits(LeastNormal)), TLanes.CreateBits(TooLarge));
        return TLanes.AddBits(clamped, TLanes.CreateBits((uint)FractionDifference << 23));
    }
}
