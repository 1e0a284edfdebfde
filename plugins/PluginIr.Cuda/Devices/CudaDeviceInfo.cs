using PluginIr.Cuda.Driver;
using PluginIr.Devices;

namespace PluginIr.Cuda.Devices;

/// <summary>A device before it is started.</summary>
/// <param name="Handle">The driver's handle.</param>
/// <param name="ComputeCapability">10 × major + minor: 90 is sm_90.</param>
/// <param name="HasMemoryPools">True when memory can be allocated in a stream's order.</param>
/// <param name="Description">What operators see.</param>
internal sealed record CudaDeviceInfo(int Handle, int ComputeCapability, bool HasMemoryPools, DeviceDescription Description)
{
    /// <summary>Asks the driver.</summary>
    /// <exception cref="DeviceException">It refuses.</exception>
    public static CudaDeviceInfo Read(CudaDriver driver, int ordinal)
    {
        int handle = driver.Device(ordinal);
        int capability = (10 * driver.DeviceAttribute(handle, CudaDeviceAttribute.ComputeCapabilityMajor)) +
                         driver.DeviceAttribute(handle, CudaDeviceAttribute.ComputeCapabilityMinor);
        return new CudaDeviceInfo(
            handle, capability, driver.DeviceAttribute(handle, CudaDeviceAttribute.MemoryPoolsSupported) == 1,
            new DeviceDescription(driver.DeviceName(handle), $"sm_{capability}", driver.DeviceTotalMemory(handle)));
    }
}
