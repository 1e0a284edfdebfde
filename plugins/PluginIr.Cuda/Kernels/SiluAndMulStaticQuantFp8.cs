using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Pointwise;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>silu_and_mul_static_quant_fp8: the gated row is quantised while it is in registers. See <see cref="GateKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class SiluAndMulStaticQuantFp8
{
    /// <summary>What it launches.</summary>
    internal static readonly GateTable[] Tables =
        [.. ElementTypes.Float8.Select(float8 => new GateTable(typeof(Silu), typeof(Statically<>).MakeGenericType(float8)))];

    /// <summary>The kernel.</summary>
    [Kernel("silu_and_mul_static_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor scale, DType fp8Dtype, Tensor output) =>
        Tables[ElementTypes.IndexOfFloat8(fp8Dtype)].Launch(context, x, scale, output);
}
