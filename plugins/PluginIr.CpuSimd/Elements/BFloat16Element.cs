using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd.Elements;

/// <summary>An element of <see cref="DType.BFloat16"/>: the upper half of a float32.</summary>
[StructLayout(LayoutKind.Sequential, Size = sizeof(ushort))]
internal readonly unsafe struct BFloat16Element : IElement<BFloat16Element>
{
    public static bool IsCostlyToLoad
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(BFloat16Element* source) where TLanes : struct, ILanes<TLanes> =>
        TLanes.LoadLowerHalves((ushort*)source) << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes values, BFloat16Element* target) where TLanes : struct, ILanes<TLanes> =>
        (RoundedInUpperHalf(values) >>> 16).StoreLowerHalves((ushort*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhole<TLanes>(TLanes values, BFloat16Element* target, bool streams) where TLanes : struct, ILanes<TLanes> =>
        Store(values, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> =>
        RoundedInUpperHalf(values);

    // Elements with even places first, those with odd ones second: of the little-endian pairs of them that lanes hold, one instruction
    // each, and two for the way back.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadFirst<TLanes>(BFloat16Element* source) where TLanes : struct, ILanes<TLanes> =>
        TLanes.Load((float*)source) << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadSecond<TLanes>(BFloat16Element* source) where TLanes : struct, ILanes<TLanes> =>
        TLanes.Load((float*)source) & TLanes.CreateBits(UpperHalvesConstants.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UpperHalves<TLanes> LoadConstants<TLanes>() where TLanes : struct, ILanes<TLanes> => UpperHalves<TLanes>.Load();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePair<TLanes>(TLanes first, TLanes second, BFloat16Element* target, bool streams, UpperHalves<TLanes> constants)
        where TLanes : struct, ILanes<TLanes> =>
        Streaming.Store(constants.Join(first, second), (float*)target, streams);

    // A NaN has nothing in its lower half, so that nothing is carried out of it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes RoundComputed<TLanes>(TLanes values, UpperHalves<TLanes> constants) where TLanes : struct, ILanes<TLanes> =>
        constants.Round(values);

    // A NaN must not be added to, as the carry could make it an infinity or a zero: it gets its quiet bit instead, which outlives the cut.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes RoundedInUpperHalf<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> =>
        TLanes.SelectNaN(
            values, (values | TLanes.CreateBits(0x0040_0000)) & TLanes.CreateBits(UpperHalvesConstants.Upper), UpperHalves<TLanes>.Known.Round(values));
}
