using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>
/// A row of float32 values as some kernel computes them from its inputs, two vectors at a time, in the order of
/// <see cref="IElement{TSelf}.LoadFirst"/> and <see cref="IElement{TSelf}.LoadSecond"/>.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="TLanes">The vector width.</typeparam>
internal unsafe interface IRow<TSelf, TLanes>
    where TSelf : struct, IRow<TSelf, TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>True when reading takes so long that what is read twice should be kept as float32 in between. A constant to the JIT.</summary>
    static abstract bool IsCostlyToRead { get; }

    /// <summary>True when what is kept is written past the caches.</summary>
    bool Streams { get; }

    /// <summary>What <see cref="Keep"/> takes, to be loaded once before a loop.</summary>
    static abstract UpperHalves<TLanes> LoadConstants();

    /// <summary>Where what was kept can be read again as float32; null when it cannot.</summary>
    float* Kept { get; }

    /// <summary>Where its elements lie: for rows that are an output too, once they were kept.</summary>
    void* Stored { get; }

    /// <summary>The first vector of the elements from <paramref name="start"/> on.</summary>
    TLanes ReadFirst(nint start);

    /// <summary>The second.</summary>
    TLanes ReadSecond(nint start);

    /// <summary>
    /// Takes back the two vectors, for rows that are an output too. Called once for all elements, after the last time that they are read,
    /// so that the output may lie where the input does, and only where reading is costly.
    /// </summary>
    /// <param name="start">Where they begin.</param>
    /// <param name="first">The first vector.</param>
    /// <param name="second">The second.</param>
    /// <param name="constants">What <see cref="LoadConstants"/> returned.</param>
    /// <param name="streams">What <see cref="Streams"/> says: a constant to the JIT in each of two loops.</param>
    void Keep(nint start, TLanes first, TLanes second, UpperHalves<TLanes> constants, bool streams);

    /// <summary>A row of two whole vectors with the last <paramref name="count"/> elements, and zeros after them.</summary>
    /// <param name="start">Where in this row they begin.</param>
    /// <param name="count">How many they are, fewer than two vectors have lanes.</param>
    /// <param name="memory">Room for <see cref="RowEnd.Bytes"/>.</param>
    TSelf Pad(nint start, int count, byte* memory);

    /// <summary>Copies what such a row has kept to where this one would have.</summary>
    void Unpad(nint start, int count, TSelf padded);
}
