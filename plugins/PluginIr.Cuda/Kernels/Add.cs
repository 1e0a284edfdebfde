using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Pointwise;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>add: see <see cref="Sum"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class Add
{
    /// <summary>What it launches.</summary>
    internal static readonly PointwiseTable Table = new(typeof(Sum), typeof(AsInput));

    /// <summary>The kernel.</summary>
    [Kernel("add", DTypes = DTypes.Floating, Inplace = Inplace.May, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor y, Tensor output) =>
        Table.Launch(context, x, y, null, output);
}
