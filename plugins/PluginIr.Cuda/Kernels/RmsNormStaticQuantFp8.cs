using PluginIr.Cuda.Gpu.Norms;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>rms_norm_static_quant_fp8: the normalised row is quantised while it is in registers. See <see cref="NormKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class RmsNormStaticQuantFp8
{
    /// <summary>What it launches.</summary>
    internal static readonly QuantizingNormTable Table = new(typeof(Normalized), typeof(Statically<>));

    /// <summary>The kernel.</summary>
    [Kernel("rms_norm_static_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(
        KernelContext context, Tensor x, Tensor? weight, Tensor scale, float epsilon, DType fp8Dtype, int? varianceSize, Tensor output) =>
        Table.Launch(context, new NormCall
        {
            X = x,
            Weight = weight,
            Scale = scale,
            Output = output,
            Epsilon = epsilon,
            VarianceSize = varianceSize,
        });
}
