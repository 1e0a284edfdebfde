using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Elements;

/// <summary>One stored element of a floating-point dtype, which knows how it gets into float32 lanes and back.</summary>
/// <remarks>Implementations are as large as the element is, so that a pointer to one steps from element to element.</remarks>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface IElement<TSelf> where TSelf : unmanaged, IElement<TSelf>
{
    /// <summary>Reads one element for each lane from any address. Exact.</summary>
    static abstract TLanes Load<TLanes>(TSelf* source) where TLanes : struct, ILanes<TLanes>;

    /// <summary>Rounds each lane to nearest, ties to even, and writes one element for each. A NaN stays a NaN.</summary>
    static abstract void Store<TLanes>(TLanes values, TSelf* target) where TLanes : struct, ILanes<TLanes>;

    /// <summary>
    /// <see cref="Store"/> past the caches, where the processor can. The address must be a multiple of the bytes that are written.
    /// </summary>
    static abstract void StoreNonTemporal<TLanes>(TLanes values, TSelf* target) where TLanes : struct, ILanes<TLanes>;

    /// <summary>What <see cref="Load"/> would read back after <see cref="Store"/>.</summary>
    static abstract TLanes Round<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes>;
}
