using PluginIr.Cuda.Gpu.Quantizing;

namespace PluginIr.Cuda.Launching;

/// <summary>Launches <see cref="ZeroKernel"/>.</summary>
internal static class Zeroing
{
    private const int Threads = 256;

    /// <summary>What it launches.</summary>
    public static readonly GpuKernel Kernel = new(Threads, typeof(ZeroKernel));

    /// <summary>Writes zeros to a contiguous tensor's bytes from <paramref name="from"/> on.</summary>
    public static void Launch(KernelContext context, Tensor tensor, long from)
    {
        long count = tensor.Spec.ByteCount - from;
        if (count <= 0)
            return;
        var arguments = new ZeroArguments<View> { Memory = new View(tensor.Address + (nint)from, count), Count = count };
        KernelLauncher.Current.Launch(
            context, tensor.Device.Ordinal, Kernel,
            new LaunchShape(checked((int)((count + Threads - 1) / Threads)), 1, Chunks.ToWarps((int)Math.Min(count, Threads))), in arguments);
    }
}
