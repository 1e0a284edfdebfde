using PluginIr.Cuda.Gpu.Quantizing;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>dynamic_group_quant_fp8: <c>clamp(x / scale)</c> with a scale from each group. See <see cref="GroupQuantKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class DynamicGroupQuantFp8
{
    /// <summary>What it launches.</summary>
    internal static readonly GroupQuantTable Table = new(typeof(OwnScale));

    /// <summary>The kernel.</summary>
    [Kernel("dynamic_group_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(
        KernelContext context, Tensor x, int groupSize, bool useUe8m0, DType fp8Dtype, Tensor output, Tensor scale) =>
        Table.Launch(context, x, groupSize, useUe8m0, output, scale);
}
