using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Pointwise;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>silu_and_mul: see <see cref="GateKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class SiluAndMul
{
    /// <summary>What it launches.</summary>
    internal static readonly GateTable Table = new(typeof(Silu), typeof(AsInput));

    /// <summary>The kernel.</summary>
    [Kernel("silu_and_mul", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor output) =>
        Table.Launch(context, x, null, output);
}
