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
    private BoundedFloat16(ref uint constants)
    {
        (_magnitudeMask, _exponentMask) = (TLanes.CreateBits(constants), TLanes.CreateBits(Unsafe.Add(ref constants, 1)));
        _leastNormal = TLanes.CreateBits(Unsafe.Add(ref constants, 2));
        (_anchor, _minusAnchor) = (TLanes.CreateBits(Unsafe.Add(ref constants, 3)), TLanes.CreateBits(Unsafe.Add(ref constants, 4)));
        _narrowingAnchor = TLanes.CreateBits(Unsafe.Add(ref constants, 5));
        _signMasks = TLanes.CreateBits(Unsafe.Add(ref constants, 6));
    }

    /// <summary>Loads the constants, once before a loop.</summary>
    /// <remarks>As for <see cref="Functions.Exponential{TLanes}"/>: loaded wherever they are used they would take an eighth of a norm's time.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BoundedFloat16<TLanes> Load() =>
        TLanes.HasManyRegisters ? new(ref MemoryMarshal.GetArrayDataReference(ForRounding)) : default;

    /// <summary><see cref="Float16Element.Round"/>, but that a zero has no sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Round(TLanes values)
    {
        TLanes exponent = Exponent(values);
        TLanes sum = TLanes.MultiplyAdd(exponent, Constant(_anchor, BitConverter.SingleToUInt32Bits(Anchor)), values);
        return TLanes.MultiplyAdd(exponent, Constant(_minusAnchor, BitConverter.SingleToUInt32Bits(-Anchor)), sum);
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
        Streaming.Store(TLanes.SelectBits(Constant(_signMasks, SignMasks), signs, magnitudes), (float*)target, streams);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes NarrowedMagnitude(TLanes values) =>
        Float16Element.Narrowed(
            values & Constant(_magnitudeMask, ~SignMask), Exponent(values), Constant(_narrowingAnchor, NarrowingAnchor));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes Exponent(TLanes values) =>
        TLanes.MaxBits(values & Constant(_exponentMask, ExponentMask), Constant(_leastNormal, LeastNormal));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Constant(TLanes loaded, uint bits) => TLanes.HasManyRegisters ? loaded : TLanes.CreateBits(bits);
}
