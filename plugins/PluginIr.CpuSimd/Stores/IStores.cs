using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Stores;

/// <summary>How a loop writes its output: <see cref="CachedStores"/> or <see cref="StreamingStores"/>.</summary>
internal unsafe interface IStores
{
    /// <summary>Rounds each lane and writes one element for each.</summary>
    static abstract void Store<TElement, TLanes>(TLanes values, TElement* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>;
}
