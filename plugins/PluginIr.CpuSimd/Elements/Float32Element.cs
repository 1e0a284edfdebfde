using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd.Elements;

/// <summary>An element of <see cref="DType.Float32"/>.</summary>
[StructLayout(LayoutKind.Sequential, Size = sizeof(float))]
internal readonly unsafe struct Float32Element : IElement<Float32Element>
{
    public static bool IsCostlyToLoad
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(Float32Element* source) where TLanes : struct, ILanes<TLanes> => TLanes.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes values, Float32Element* target) where TLanes : struct, ILanes<TLanes> =>
        values.Store((float*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhole<TLanes>(TLanes values, Float32Element* target, bool streams) where TLanes : struct, ILanes<TLanes> =>
        Streaming.Store(values, (float*)target, streams);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> => values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadFirst<TLanes>(Float32Element* source) where TLanes : struct, ILanes<TLanes> => TLanes.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadSecond<TLanes>(Float32Element* source) where TLanes : struct, ILanes<TLanes> =>
        TLanes.Load((float*)source + TLanes.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UpperHalves<TLanes> LoadConstants<TLanes>() where TLanes : struct, ILanes<TLanes> => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePair<TLanes>(TLanes first, TLanes second, Float32Element* target, bool streams, UpperHalves<TLanes> constants)
        where TLanes : struct, ILanes<TLanes>
    {
        Streaming.Store(first, (float*)target, streams);
        Streaming.Store(second, (float*)target + TLanes.Count, streams);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes RoundComputed<TLanes>(TLanes values, UpperHalves<TLanes> constants) where TLanes : struct, ILanes<TLanes> => values;
}
