namespace PluginIr.Cuda.Gpu.Float8;

/// <summary>A float8 dtype that kernels write.</summary>
internal interface IFloat8
{
    /// <summary>The largest finite value.</summary>
    static abstract float Largest { get; }

    /// <summary>Two numbers, <paramref name="low"/> in the lowest byte: rounded to nearest even, at most ±<see cref="Largest"/>, NaN kept.</summary>
    static abstract uint Pack(float low, float high);
}
