using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PluginIr.CpuSimd.Lanes;

/// <summary>
/// Rounds lanes' bits, as integers, to their upper halves, to nearest, ties to even: the constants, and what is done with them. A carry out
/// of a lane is lost.
/// </summary>
internal readonly struct UpperHalves<TLanes> where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes _half, _lessThanHalf, _allButLastPlace, _upper;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private UpperHalves(uint half, uint lessThanHalf, uint allButLastPlace, uint upper)
    {
        (_half, _lessThanHalf) = (TLanes.CreateBits(half), TLanes.CreateBits(lessThanHalf));
        (_allButLastPlace, _upper) = (TLanes.CreateBits(allButLastPlace), TLanes.CreateBits(upper));
    }

    /// <summary>With constants that the compiler knows, and loads wherever they are used.</summary>
    public static UpperHalves<TLanes> Known
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(UpperHalvesConstants.Half, UpperHalvesConstants.LessThanHalf, UpperHalvesConstants.AllButLastPlace, UpperHalvesConstants.Upper);
    }

    /// <summary>Loads the constants, once before a loop: of 512 bits, loading them again and again takes a fifth of a norm's time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UpperHalves<TLanes> Load()
    {
        if (!TLanes.HasManyRegisters)
            return Known;
        ref uint all = ref MemoryMarshal.GetArrayDataReference(UpperHalvesConstants.All);
        return new(all, Unsafe.Add(ref all, 1), Unsafe.Add(ref all, 2), Unsafe.Add(ref all, 3));
    }

    /// <summary>The rounded bits; the lower half is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Round(TLanes value) => Rounded(value) & _upper;

    /// <summary>The upper halves of both, rounded: those of <paramref name="lower"/> in the lanes' lower halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Join(TLanes lower, TLanes upper) => TLanes.SelectBits(_upper, Rounded(upper), Rounded(lower) >>> 16);

    // With half a unit of the last place added, what is left of a tie in the lower half is zero: only then does one less differ in the last
    // place kept, so that both have it is what makes ties even. No shift is needed, of which processors do fewer at a time. The lower half is
    // of no use.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes Rounded(TLanes value) =>
        TLanes.AndEither(TLanes.AddBits(value, _half), TLanes.AddBits(value, _lessThanHalf), _allButLastPlace);
}
