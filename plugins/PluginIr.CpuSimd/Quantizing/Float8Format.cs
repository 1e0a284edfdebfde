using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Quantizing;

/// <summary>A float8 dtype, as the quantisers write it. The dtypes differ in numbers only, so that one loop writes either.</summary>
internal readonly struct Float8Format
{
    private const uint NaNBits = 0x7F;

    private readonly int _fractionBits;
    private readonly uint _leastExponent;

    private Float8Format(int fractionBits, uint leastExponent, float largest)
    {
        _fractionBits = fractionBits;
        _leastExponent = leastExponent;
        Largest = largest;
    }

    /// <summary>The largest finite value.</summary>
    public float Largest { get; }

    /// <summary>A dtype's format.</summary>
    /// <param name="dtype">A float8 dtype.</param>
    public static Float8Format Of(DType dtype) => dtype == DType.Float8E4M3FN
        ? new(fractionBits: 3, leastExponent: 121, Float8E4M3FN.MaxValue) // 2^-6 is the least normal number.
        : new(fractionBits: 2, leastExponent: 113, Float8E5M2.MaxValue); // 2^-14.

    /// <summary>
    /// The scale that takes a magnitude to the largest value: not below 1 / (largest · 512), so that its reciprocal is finite.
    /// </summary>
    public float ScaleOf(float magnitude) => AtLeast(magnitude / Largest);

    /// <summary>The same, rounded up to a power of two before it is bounded.</summary>
    public float PowerOfTwoScaleOf(float magnitude) => AtLeast(float.Exp2(MathF.Ceiling(MathF.Log2(magnitude / Largest))));

    /// <summary>
    /// Clamps each lane to the dtype's range and rounds it to nearest, ties to even, into the lowest byte of its bits. NaN stays NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Encode<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes>
    {
        values = TLanes.Min(TLanes.Create(Largest), TLanes.Max(TLanes.Create(-Largest), values));

        // A power of two so far above a magnitude that the last place of their sum is the last one that the dtype has for the magnitude: the
        // addition rounds to it. Below the least normal number the last place stays what it is.
        int difference = 23 - _fractionBits;
        TLanes magnitude = values & TLanes.CreateBits(0x7FFF_FFFF);
        TLanes exponent = TLanes.MaxBits(magnitude & TLanes.CreateBits(0x7F80_0000), TLanes.CreateBits(_leastExponent << 23));
        TLanes anchor = TLanes.AddBits(exponent, TLanes.CreateBits((uint)difference << 23));

        // The sum's bits less the anchor's count in units of the last place. A normal number's have its leading one, which adds 1 to the
        // exponent, and so does a fraction that was rounded up to 2.
        TLanes significand = TLanes.SubtractBits(magnitude + anchor, anchor);
        TLanes encodedExponent = TLanes.SubtractBits(anchor >>> difference, TLanes.CreateBits((_leastExponent + (uint)difference) << _fractionBits));
        TLanes bits = TLanes.SelectNaN(values, TLanes.CreateBits(NaNBits), TLanes.AddBits(encodedExponent, significand));
        return bits | ((values >>> 24) & TLanes.CreateBits(0x80));
    }

    private float AtLeast(float scale) => MathF.Max(scale, (float)(1.0 / (Largest * 512.0)));
}
