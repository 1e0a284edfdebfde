namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>A limit of the machine.</summary>
internal enum BoundKind
{
    /// <summary>How fast memory, or the cache that the data fits, can be read and written.</summary>
    Copy,

    /// <summary>How fast it can be read.</summary>
    Read,

    /// <summary>How many fused multiply-adds of float32 the processor does.</summary>
    Compute,
}
