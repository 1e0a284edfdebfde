using System.Runtime.CompilerServices;

namespace PluginIr.CpuSimd.Lanes;

/// <summary>
/// Rounds lanes' bits, as integers, to their upper halves: to nearest, ties to even. A carry out of a lane is lost.
/// </summary>
internal static class UpperHalves
{
    private const uint Upper = 0xFFFF_0000, LastPlace = 0x1_0000;

    /// <summary>The rounded bits; the lower half is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes value) where TLanes : struct, ILanes<TLanes> => Rounded(value) & TLanes.CreateBits(Upper);

    /// <summary>The upper halves of both, rounded: those of <paramref name="lower"/> in the lanes' lower halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Join<TLanes>(TLanes lower, TLanes upper) where TLanes : struct, ILanes<TLanes> =>
        TLanes.SelectBits(TLanes.CreateBits(Upper), Rounded(upper), Rounded(lower) >>> 16);

    // With half a unit of the last place added, what is left of a tie in the lower half is zero: only then does one less differ in the last
    // place kept, so that both have it is what makes ties even. No shift is needed, of which processors do fewer at a time. The lower half is
    // of no use.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Rounded<TLanes>(TLanes value) where TLanes : struct, ILanes<TLanes>
    {
        TLanes up = TLanes.AddBits(value, TLanes.CreateBits(0x8000)), oneLess = TLanes.AddBits(value, TLanes.CreateBits(0x7FFF));
        return TLanes.AndEither(up, oneLess, TLanes.CreateBits(~LastPlace));
    }
}
