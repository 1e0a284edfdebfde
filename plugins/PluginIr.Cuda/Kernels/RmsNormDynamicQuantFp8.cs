using PluginIr.Cuda.Gpu.Norms;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>rms_norm_dynamic_quant_fp8: the row's scale is found and the row quantised while it is in registers. See <see cref="NormKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class RmsNormDynamicQuantFp8
{
    /// <summary>What it launches.</summary>
    internal static readonly QuantizingNormTable Table = new(typeof(Normalized), typeof(Dynamically<>));

    /// <summary>The kernel.</summary>
    [Kernel("rms_norm_dynamic_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(
        KernelContext context, Tensor x, Tensor? weight, float epsilon, DType fp8Dtype, Tensor? scaleUb, int? varianceSize, Tensor output,
        Tensor scale) =>
        Table.Launch(context, new NormCall
        {
            X = x,
            Weight = weight,
            Scale = scaleUb,
            ScaleOut = scale,
            Output = output,
            Epsilon = epsilon,
            VarianceSize = varianceSize,
        });
}
