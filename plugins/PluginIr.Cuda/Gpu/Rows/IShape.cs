namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>How a row is divided among threads.</summary>
internal interface IShape
{
    /// <summary>How many chunks a thread keeps in registers: 1, 2 or 4.</summary>
    static abstract int Chunks { get; }

    /// <summary>True when a row belongs to one warp and a group handles several; otherwise a row belongs to a group.</summary>
    static abstract bool IsWarp { get; }

    /// <summary>
    /// True when a row's weights are read before the row is summed, so that they are there afterwards. Where a thread has many registers full of its row
    /// there are none for that.
    /// </summary>
    static abstract bool ReadsWeightsEarly { get; }
}
