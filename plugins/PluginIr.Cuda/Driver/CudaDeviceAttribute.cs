namespace PluginIr.Cuda.Driver;

/// <summary>What can be asked of a device. Source: cuda.h, CUdevice_attribute.</summary>
internal enum CudaDeviceAttribute
{
    /// <summary>The compute capability's first number.</summary>
    ComputeCapabilityMajor = 75,

    /// <summary>The compute capability's second number.</summary>
    ComputeCapabilityMinor = 76,

    /// <summary>1 when memory can be allocated in a stream's order.</summary>
    MemoryPoolsSupported = 115,
}
