using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>argmax: exactly the definition's. See <see cref="Gpu.Searching.ArgmaxKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class Argmax
{
    /// <summary>What it launches.</summary>
    internal static readonly ArgmaxTable Table = new();

    /// <summary>The kernel.</summary>
    [Kernel("argmax", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor output)
    {
        if (output.ElementCount == 0)
            return;
        int rows = checked((int)x.Rows), hidden = checked((int)x.Last), device = x.Device.Ordinal;
        long bytes = ArgmaxTable.ScratchBytes(rows, hidden);
        if (bytes == 0)
        {
            Table.Launch(context, device, x.DType, View.Of(x), rows, hidden, default, output);
            return;
        }

        // Other threads' calls on the stream must not come between the launches that share the memory.
        ScratchMemory scratch = KernelLauncher.Current.Scratch(device);
        lock (scratch)
            Table.Launch(context, device, x.DType, View.Of(x), rows, hidden, scratch.OfAtLeast(context, bytes), output);
    }
}
