using System.Globalization;
using PluginIr.Cuda.Driver;
using PluginIr.Devices;

namespace PluginIr.Cuda.Devices;

/// <summary>The driver and the devices that the plugin's kernels can use, or why there are none. Looking starts no device.</summary>
internal sealed class CudaPlatform
{
    // The kernels are PTX 7.8, which drivers for 11.8 were the first to take; every function that is called is older.
    private const int LeastDriver = 11080;

    // bf16 arithmetic and asynchronous copies to shared memory came with sm_80.
    private const int LeastArchitecture = 80;

    private static readonly Lazy<CudaPlatform> s_current = new(() => Probe(NativeDriverLibrary.TryLoad()));

    private CudaPlatform(Support support, CudaDriver? driver = null, params IReadOnlyList<CudaDeviceInfo> devices)
    {
        Support = support;
        Driver = driver;
        Devices = devices;
    }

    /// <summary>This machine's.</summary>
    public static CudaPlatform Current => s_current.Value;

    /// <summary>Whether there is a driver and a device that the kernels can use.</summary>
    public Support Support { get; }

    /// <summary>The driver; null when not supported.</summary>
    public CudaDriver? Driver { get; }

    /// <summary>The devices that can be used. A tensor's ordinal is a position in this list, not among all of the driver's.</summary>
    public IReadOnlyList<CudaDeviceInfo> Devices { get; }

    /// <summary>Looks at a driver.</summary>
    /// <param name="library">The driver's library; null when it is not installed.</param>
    public static CudaPlatform Probe(INativeLibrary? library)
    {
        if (library is null)
            return No($"no CUDA driver: {NativeDriverLibrary.FileName} cannot be loaded; install the NVIDIA driver");
        try
        {
            var driver = new CudaDriver(library);
            driver.Init();
            int version = driver.DriverVersion();
            if (version < LeastDriver)
                return No($"the driver is for CUDA {Version(version)}; {Version(LeastDriver)} or newer is needed. Update the NVIDIA driver");
            int count = driver.DeviceCount();
            if (count == 0)
                return No("no CUDA device: the driver finds none; see whether CUDA_VISIBLE_DEVICES hides it");
            CudaDeviceInfo[] all = [.. Enumerable.Range(0, count).Select(ordinal => CudaDeviceInfo.Read(driver, ordinal))];
            CudaDeviceInfo[] usable = [.. all.Where(d => d.ComputeCapability >= LeastArchitecture && d.HasMemoryPools)];
            if (usable.Length > 0)
                return new CudaPlatform(Support.Yes, driver, usable);
            return No(
                $"no CUDA device that the kernels can use: sm_{LeastArchitecture} or newer with memory pools is needed; found " +
                string.Join(", ", all.Select(d => $"{d.Description.Name} ({d.Description.Architecture}{(d.HasMemoryPools ? "" : ", no memory pools")})")));
        }
        catch (EntryPointNotFoundException missing)
        {
            return No($"the CUDA driver is too old: {missing.Message}. Update the NVIDIA driver to one for CUDA {Version(LeastDriver)} or newer");
        }
        catch (DeviceException failure)
        {
            return No($"the CUDA driver does not start: {failure.Message}");
        }
    }

    private static CudaPlatform No(string reason) => new(Support.No(reason));

    private static string Version(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");
}
