using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Pointwise;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>gelu_and_mul: see <see cref="GateKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class GeluAndMul
{
    /// <summary>What it launches.</summary>
    internal static readonly GateTable ByErf = new(typeof(ErfGelu), typeof(AsInput)), ByTanh = new(typeof(TanhGelu), typeof(AsInput));

    /// <summary>The kernel.</summary>
    [Kernel("gelu_and_mul", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, string approximate, Tensor output) =>
        (approximate == "tanh" ? ByTanh : ByErf).Launch(context, x, null, output);
}
