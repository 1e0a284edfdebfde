using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Stores;

/// <summary>Ordinary stores, which leave the output in the caches for whoever reads it next.</summary>
internal readonly unsafe struct CachedStores : IStores
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TElement, TLanes>(TLanes values, TElement* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> => TElement.Store(values, target);
}
