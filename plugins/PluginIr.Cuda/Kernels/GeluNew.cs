using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Pointwise;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>gelu_new: see <see cref="TanhGelu"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class GeluNew
{
    /// <summary>What it launches.</summary>
    internal static readonly PointwiseTable Table = new(typeof(Mapped<TanhGelu>), typeof(AsInput));

    /// <summary>The kernel.</summary>
    [Kernel("gelu_new", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor output) =>
        Table.Launch(context, x, null, null, output);
}
