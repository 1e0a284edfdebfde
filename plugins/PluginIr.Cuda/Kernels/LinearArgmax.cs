using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>linear_argmax: <see cref="Linear"/> into scratch memory, in x's dtype, and <see cref="Argmax"/> over it.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class LinearArgmax
{
    /// <summary>The kernel.</summary>
    [Kernel("linear_argmax", DTypes = DTypes.Floating)]
    internal static void Run(KernelContext context, Tensor x, Tensor weight, Tensor output)
    {
        if (output.ElementCount == 0)
            return;
        int rows = checked((int)x.Rows), outer = checked((int)weight.Shape[0]), device = x.Device.Ordinal;
        long logits = ((long)rows * outer * x.DType.Size() + 255) & ~255L, bytes = logits + ArgmaxTable.ScratchBytes(rows, outer);

        // Other threads' calls on the stream must not come between the launches that share the memory.
        ScratchMemory scratch = KernelLauncher.Current.Scratch(device);
        lock (scratch)
        {
            View memory = scratch.OfAtLeast(context, bytes);
            var product = new View(memory.Address, logits);
            Linear.Table.Launch(context, x, weight, product, outer);
            Argmax.Table.Launch(
                context, device, x.DType, product, rows, outer, new View(memory.Address + (nint)logits, bytes - logits), output);
        }
    }
}
