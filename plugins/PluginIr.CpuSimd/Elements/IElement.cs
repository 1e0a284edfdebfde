using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Elements;

/// <summary>One stored element of a floating-point dtype, which knows how it gets into float32 lanes and back.</summary>
/// <remarks>Implementations are as large as the element is, so that a pointer to one steps from element to element.</remarks>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface IElement<TSelf> where TSelf : unmanaged, IElement<TSelf>
{
    /// <summary>True when loading takes so many instructions that what is read twice should be widened once. A constant to the JIT.</summary>
    static abstract bool IsCostlyToLoad { get; }

    /// <summary>Reads one element for each lane from any address. Exact.</summary>
    static abstract TLanes Load<TLanes>(TSelf* source) where TLanes : struct, ILanes<TLanes>;

    /// <summary>Rounds each lane to nearest, ties to even, and writes one element for each. A NaN stays a NaN.</summary>
    static abstract void Store<TLanes>(TLanes values, TSelf* target) where TLanes : struct, ILanes<TLanes>;

    /// <summary><see cref="Store"/>, past the caches where that gains something: elements as wide as a lane, whole lines at a time.</summary>
    /// <param name="values">What to write.</param>
    /// <param name="target">Where: any address, or for streams a multiple of the vector's bytes.</param>
    /// <param name="streams">True to write past the caches.</param>
    static abstract void StoreWhole<TLanes>(TLanes values, TSelf* target, bool streams) where TLanes : struct, ILanes<TLanes>;

    /// <summary>What <see cref="Load"/> would read back after <see cref="Store"/>.</summary>
    static abstract TLanes Round<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes>;

    /// <summary>
    /// Reads half of two vectors' elements, in the order in which that is fastest; <see cref="LoadSecond"/> reads the others. Exact.
    /// </summary>
    /// <param name="source">The first of all elements, at any address.</param>
    static abstract TLanes LoadFirst<TLanes>(TSelf* source) where TLanes : struct, ILanes<TLanes>;

    /// <summary>The other half.</summary>
    /// <param name="source">The first of all elements, the same as for <see cref="LoadFirst"/>.</param>
    static abstract TLanes LoadSecond<TLanes>(TSelf* source) where TLanes : struct, ILanes<TLanes>;

    /// <summary>What <see cref="StorePair"/> and <see cref="RoundComputed"/> take, to be loaded once before a loop.</summary>
    static abstract UpperHalves<TLanes> LoadConstants<TLanes>() where TLanes : struct, ILanes<TLanes>;

    /// <summary>Rounds and writes two vectors in the order in which <see cref="LoadFirst"/> and <see cref="LoadSecond"/> read them.</summary>
    /// <param name="first">The first vector, with no other NaN than <see cref="RoundComputed"/> may have.</param>
    /// <param name="second">The second.</param>
    /// <param name="target">Where the first of all elements goes: any address, or for streams a multiple of the vector's bytes.</param>
    /// <param name="streams">True to write past the caches, where the processor can.</param>
    /// <param name="constants">What <see cref="LoadConstants"/> returned.</param>
    static abstract void StorePair<TLanes>(TLanes first, TLanes second, TSelf* target, bool streams, UpperHalves<TLanes> constants)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>
    /// <see cref="Round"/> in fewer instructions, for what arithmetic made of elements. Its NaNs are those that an element can be: an operand's,
    /// or the processor's own. Another factor must be no NaN with bits that an element does not have.
    /// </summary>
    static abstract TLanes RoundComputed<TLanes>(TLanes values, UpperHalves<TLanes> constants) where TLanes : struct, ILanes<TLanes>;
}
