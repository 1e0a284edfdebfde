using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Elements;

/// <summary>An element of <see cref="DType.Float32"/>.</summary>
[StructLayout(LayoutKind.Sequential, Size = sizeof(float))]
internal readonly unsafe struct Float32Element : IElement<Float32Element>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(Float32Element* source) where TLanes : struct, ILanes<TLanes> => TLanes.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes values, Float32Element* target) where TLanes : struct, ILanes<TLanes> =>
        values.Store((float*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal<TLanes>(TLanes values, Float32Element* target) where TLanes : struct, ILanes<TLanes> =>
        values.StoreNonTemporal((float*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> => values;
}
