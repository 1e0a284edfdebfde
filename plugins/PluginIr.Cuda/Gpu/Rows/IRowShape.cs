namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>How a row is divided among threads that know its sum and maximum.</summary>
internal interface IRowShape : IShape
{
    /// <summary>True when a row belongs to one warp and a group handles several; otherwise a row belongs to a group.</summary>
    static abstract bool IsWarp { get; }

    /// <summary>
    /// True when a row's weights are read before the row is summed, so that they are there afterwards. Where a thread has few registers beside those of its
    /// row there are none for that.
    /// </summary>
    static abstract bool ReadsWeightsEarly { get; }

    /// <summary>The sum over the row's threads, for each of them.</summary>
    /// <param name="value">The thread's own.</param>
    static abstract float Sum(float value);

    /// <summary>The maximum over the row's threads, for each of them.</summary>
    /// <param name="value">The thread's own, from 0.</param>
    static abstract int Max(int value);
}
