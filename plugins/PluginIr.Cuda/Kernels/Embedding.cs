using PluginIr.Cuda.Gpu.Copying;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>
/// embedding. Indices are data on the device, which a launch cannot look at without waiting for it: where the definition refuses an index that is
/// not in the table, the row here is zeros, and nothing outside the table is read. See <see cref="GatherKernel"/>.
/// </summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class Embedding
{
    /// <summary>What it launches.</summary>
    internal static readonly CopyTable Table = new(typeof(GatherKernel));

    /// <summary>The kernel.</summary>
    [Kernel("embedding", BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor indices, Tensor weight, Tensor output) =>
        Table.LaunchRows(context, weight, output, indices, weight);
}
