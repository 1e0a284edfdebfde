using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Stores;

/// <summary>Stores past the caches, for outputs that are too large to be found there again. See <see cref="Streaming"/>.</summary>
internal readonly unsafe struct StreamingStores : IStores
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TElement, TLanes>(TLanes values, TElement* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> => TElement.StoreNonTemporal(values, target);
}
