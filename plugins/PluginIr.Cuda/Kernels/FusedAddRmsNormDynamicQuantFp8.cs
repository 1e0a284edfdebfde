using PluginIr.Cuda.Gpu.Norms;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>fused_add_rms_norm_dynamic_quant_fp8: the row's scale is found and the row quantised while it is in registers. See <see cref="NormKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class FusedAddRmsNormDynamicQuantFp8
{
    /// <summary>What it launches.</summary>
    internal static readonly QuantizingNormTable Table = new(typeof(SummedAndNormalized), typeof(Dynamically<>));

    /// <summary>The kernel.</summary>
    [Kernel("fused_add_rms_norm_dynamic_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, DType fp8Dtype, Tensor? scaleUb, int? varianceSize,
        Tensor output, Tensor scale, Tensor residualOut) =>
        Table.Launch(context, new NormCall
        {
            X = x,
            Residual = xResidual,
            ResidualOut = residualOut,
            Weight = weight,
            Scale = scaleUb,
            ScaleOut = scale,
            Output = output,
            Epsilon = epsilon,
            VarianceSize = varianceSize,
        });
}
