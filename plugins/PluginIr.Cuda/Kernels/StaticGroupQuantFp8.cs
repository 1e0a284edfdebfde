using PluginIr.Cuda.Gpu.Quantizing;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>static_group_quant_fp8: <c>clamp(x · (1 / scale))</c>, group by group. See <see cref="GroupQuantKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class StaticGroupQuantFp8
{
    /// <summary>What it launches.</summary>
    internal static readonly GroupQuantTable Table = new(typeof(GivenScale));

    /// <summary>The kernel.</summary>
    [Kernel("static_group_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor scale, DType fp8Dtype, Tensor output)
    {
        int groupSize = checked((int)(x.Last / scale.Last));
        if (groupSize > 0)
            Table.Launch(context, x, groupSize, usesPowersOfTwo: false, output, scale);
    }
}
