using PluginIr.Cuda.Gpu.Products;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>
/// linear, summed in float32. <see cref="TensorCoreProductKernel"/> and <see cref="MatrixVectorKernel"/> for few rows, cuBLAS for more, and
/// <see cref="TiledProductKernel"/> where there is none.
/// </summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class Linear
{
    /// <summary>What it launches.</summary>
    internal static readonly ProductTable Table = new();

    /// <summary>The kernel.</summary>
    [Kernel("linear", DTypes = DTypes.Floating)]
    internal static void Run(KernelContext context, Tensor x, Tensor weight, Tensor output) =>
        Table.Launch(context, x, weight, View.Of(output), checked((int)output.Last));
}
