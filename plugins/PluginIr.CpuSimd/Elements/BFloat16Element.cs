using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Elements;

/// <summary>An element of <see cref="DType.BFloat16"/>: the upper half of a float32.</summary>
[StructLayout(LayoutKind.Sequential, Size = sizeof(ushort))]
internal readonly unsafe struct BFloat16Element : IElement<BFloat16Element>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(BFloat16Element* source) where TLanes : struct, ILanes<TLanes> =>
        TLanes.LoadLowerHalves((ushort*)source) << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes values, BFloat16Element* target) where TLanes : struct, ILanes<TLanes> =>
        (RoundedInUpperHalf(values) >>> 16).StoreLowerHalves((ushort*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal<TLanes>(TLanes values, BFloat16Element* target) where TLanes : struct, ILanes<TLanes> =>
        (RoundedInUpperHalf(values) >>> 16).StoreLowerHalvesNonTemporal((ushort*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> =>
        RoundedInUpperHalf(values) & TLanes.CreateBits(0xFFFF_0000);

    // Just under half a unit of the last place kept is added, and the rest when that place is odd, so that ties go to even. A carry
    // moves on into the exponent, which is how the largest values become infinity. A NaN must not be added to, as the carry could
    // make it an infinity or a zero: it gets its quiet bit instead, which outlives the cut.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes RoundedInUpperHalf<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes>
    {
        TLanes isOdd = (values >>> 16) & TLanes.CreateBits(1);
        TLanes rounded = TLanes.AddBits(TLanes.AddBits(values, TLanes.CreateBits(0x7FFF)), isOdd);
        return TLanes.SelectNaN(values, values | TLanes.CreateBits(0x0040_0000), rounded);
    }
}
