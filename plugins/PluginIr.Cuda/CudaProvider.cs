using PluginIr.Cuda.Devices;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda;

/// <summary>The provider's name, the kind of device that its kernels work on, what it needs and what it gives back.</summary>
[KernelProvider(Name, Device = Device, Supported = nameof(Support), Dispose = nameof(Dispose))]
internal static partial class CudaProvider
{
    /// <summary>The name.</summary>
    public const string Name = "cuda";

    /// <summary>The kind of device.</summary>
    public const string Device = "cuda";

    /// <summary>Whether there is a driver and a device here.</summary>
    public static Support Support() => CudaPlatform.Current.Support;

    private static void Dispose() => KernelLauncher.Current.Dispose();
}
