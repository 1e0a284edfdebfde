using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>A row of float32 values as some kernel computes them from its inputs, vector by vector.</summary>
/// <typeparam name="TLanes">The vector width.</typeparam>
internal interface IRow<TLanes> where TLanes : struct, ILanes<TLanes>
{
    /// <summary>The values from <paramref name="start"/> on, one for each lane.</summary>
    TLanes Read(nint start);

    /// <summary>The last <paramref name="count"/> values, fewer than there are lanes. The other lanes are zero.</summary>
    TLanes ReadLast(nint start, int count);

    /// <summary>
    /// Takes back values that <see cref="Read"/> gave, for rows that are an output too. Called once for every value, after the last time
    /// that it is read, so that the output may lie where the input does.
    /// </summary>
    void Keep(nint start, TLanes values);

    /// <summary>Takes back what <see cref="ReadLast"/> gave.</summary>
    void KeepLast(nint start, TLanes values, int count);
}
