using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Pointwise;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>quick_gelu: see <see cref="LogisticGelu"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class QuickGelu
{
    /// <summary>What it launches.</summary>
    internal static readonly PointwiseTable Table = new(typeof(Mapped<LogisticGelu>), typeof(AsInput));

    /// <summary>The kernel.</summary>
    [Kernel("quick_gelu", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor output) =>
        Table.Launch(context, x, null, null, output);
}
