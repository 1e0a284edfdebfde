namespace PluginIr.CpuSimd.Elements;

/// <summary>The numbers of the conversions between float32 (8 exponent bits with bias 127, 23 fraction bits) and float16 (5, 15 and 10).</summary>
internal static class Float16Constants
{
    public const uint SignMask = 0x8000_0000, ExponentMask = 0x7F80_0000;

    /// <summary>The signs of the two float16 in a lane.</summary>
    public const uint SignMasks = SignMask | (SignMask >> 16);

    /// <summary>How many places fewer the fraction has.</summary>
    public const int FractionDifference = 13;

    /// <summary>2^-14, the least normal number. Below it the last place stays worth 2^-24.</summary>
    public const uint LeastNormal = 113u << 23;

    /// <summary>From a power of two to half as much again as its anchor.</summary>
    public const float Anchor = 1.5f * (1 << FractionDifference);

    /// <summary>From a power of two to its anchor, with the least exponent taken.</summary>
    public const uint NarrowingAnchor = ((127u + FractionDifference) << 23) | LeastExponentTaken;

    /// <summary>2^16, the least power of two that is too large.</summary>
    public const float LeastUnbounded = 65536f;

    /// <summary>What added to a least normal number's exponent, in its place in binary16, leaves nothing in 16 bits.</summary>
    private const uint LeastExponentTaken = (1u << 17) - (LeastNormal >> FractionDifference);

    /// <summary>Those that rounding takes, where the compiler does not know what they are.</summary>
    public static readonly uint[] ForRounding =
    [
        ~SignMask, ExponentMask, LeastNormal, BitConverter.SingleToUInt32Bits(Anchor), BitConverter.SingleToUInt32Bits(-Anchor), NarrowingAnchor,
        SignMasks,
    ];
}
