using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Pointwise;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>gelu: see <see cref="ErfGelu"/> and <see cref="TanhGelu"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class Gelu
{
    /// <summary>What it launches.</summary>
    internal static readonly PointwiseTable ByErf = new(typeof(Mapped<ErfGelu>), typeof(AsInput)), ByTanh = new(typeof(Mapped<TanhGelu>), typeof(AsInput));

    /// <summary>The kernel.</summary>
    [Kernel("gelu", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, string approximate, Tensor output) =>
        (approximate == "tanh" ? ByTanh : ByErf).Launch(context, x, null, null, output);
}
