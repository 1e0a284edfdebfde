using PluginIr.Cuda.Gpu.Norms;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>fused_add_rms_norm_static_quant_fp8: the sum's norm is quantised while it is in registers. See <see cref="NormKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class FusedAddRmsNormStaticQuantFp8
{
    /// <summary>What it launches.</summary>
    internal static readonly QuantizingNormTable Table = new(typeof(SummedAndNormalized), typeof(Statically<>));

    /// <summary>The kernel.</summary>
    [Kernel("fused_add_rms_norm_static_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, Tensor scale, float epsilon, DType fp8Dtype, int? varianceSize,
        Tensor output, Tensor residualOut) =>
        Table.Launch(context, new NormCall
        {
            X = x,
            Residual = xResidual,
            ResidualOut = residualOut,
            Weight = weight,
            Scale = scale,
            Output = output,
            Epsilon = epsilon,
            VarianceSize = varianceSize,
        });
}
