namespace PluginIr.Cuda.Driver;

/// <summary>What can be asked of a memory pool, in bytes. Source: cuda.h, CUmemPool_attribute.</summary>
internal enum CudaPoolAttribute
{
    /// <summary>How much unused memory it keeps when a stream is synchronised.</summary>
    ReleaseThreshold = 4,

    /// <summary>What it has taken from the device.</summary>
    ReservedCurrent = 5,

    /// <summary>What it has handed out.</summary>
    UsedCurrent = 7,

    /// <summary>The most that it has handed out; setting it to 0 lets it start again.</summary>
    UsedHigh = 8,
}
