using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Stores;
using static PluginIr.CpuSimd.Elements.Float16Constants;

namespace PluginIr.CpuSimd.Elements;

/// <summary>
/// What <see cref="Float16Element"/> does with numbers less than <see cref="Bound"/>, in fewer instructions, as these do not become infinite, and signs
/// are kept elsewhere. Results are the same, bit for bit.
/// </summary>
internal readonly unsafe struct BoundedFloat16<TLanes> where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Magnitudes below it do not become infinite by rounding.</summary>
    public const float Bound = 32768f;

    private readonly TLanes _magnitudeMask, _exponentMask, _leastNormal, _anchor, _minusAnchor, _narrowingAnchor, _signMasks;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private BoundedFloat16(uint magnitudeMask, uint exponentMask, uint leastNormal, uint anchor, uint minusAnchor, uint narrowingAnchor, uint signMasks)
    {
        (_magnitudeMask, _exponentMask) = (TLanes.CreateBits(magnitudeMask), TLanes.CreateBits(exponentMask));
        (_leastNormal, _signMasks) = (TLanes.CreateBits(leastNormal), TLanes.CreateBits(signMasks));
        (_anchor, _minusAnchor, _narrowingAnchor) = (TLanes.CreateBits(anchor), TLanes.CreateBits(minusAnchor), TLanes.CreateBits(narrowingAnchor));
    }

    /// <summary>Loads the constants, once before a loop: as for <see cref="UpperHalves{TLanes}.Load"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BoundedFloat16<TLanes> Load()
    {
        if (!TLanes.HasManyRegisters)
        {
            return new(
                ~SignMask, ExponentMask, LeastNormal, BitConverter.SingleToUInt32Bits(Anchor), BitConverter.SingleToUInt32Bits(-Anchor), NarrowingAnchor,
                SignMasks);
        }

        ref uint all = ref MemoryMarshal.GetArrayDataReference(ForRounding);
        return new(
            all, Unsafe.Add(ref all, 1), Unsafe.Add(ref all, 2), Unsafe.Add(ref all, 3), Unsafe.Add(ref all, 4), Unsafe.Add(ref all, 5),
            Unsafe.Add(ref all, 6));
    }

    /// <summary><see cref="Float16Element.Round"/>, but that a zero has no sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Round(TLanes values)
    {
        TLanes exponent = Exponent(values);
        return TLanes.MultiplyAdd(exponent, _minusAnchor, TLanes.MultiplyAdd(exponent, _anchor, values));
    }

    /// <summary><see cref="Float16Element.StorePair"/>, with signs from elsewhere.</summary>
    /// <param name="first">The first vector.</param>
    /// <param name="second">The second.</param>
    /// <param name="signs">A pair of elements in each lane, which have the results' signs.</param>
    /// <param name="target">Where the first of all elements goes: any address, or for streams a multiple of the vector's bytes.</param>
    /// <param name="streams">True to write past the caches.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StorePair(TLanes first, TLanes second, TLanes signs, Float16Element* target, bool streams)
    {
        TLanes magnitudes = Float16Element.Joined(NarrowedMagnitude(first), NarrowedMagnitude(second));
        Streaming.Store(TLanes.SelectBits(_signMasks, signs, magnitudes), (float*)target, streams);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes NarrowedMagnitude(TLanes values) =>
        Float16Element.Narrowed(values & _magnitudeMask, Exponent(values), _narrowingAnchor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes Exponent(TLanes values) => TLanes.MaxBits(values & _exponentMask, _leastNormal);
}
