using PluginIr.Cuda.Gpu.Norms;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>fused_add_rms_norm: both rows are read once, the sum and its norm written once. See <see cref="NormKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class FusedAddRmsNorm
{
    /// <summary>What it launches.</summary>
    internal static readonly NormTable Table = new(typeof(SummedAndNormalized), typeof(AsInput));

    /// <summary>The kernel.</summary>
    [Kernel("fused_add_rms_norm", DTypes = DTypes.Floating, Inplace = Inplace.May, BatchInvariant = true, Strided = true)]
    internal static void Run(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output, Tensor residualOut) =>
        Table.Launch(context, new NormCall
        {
            X = x,
            Residual = xResidual,
            Weight = weight,
            Output = output,
            ResidualOut = residualOut,
            Epsilon = epsilon,
            VarianceSize = varianceSize,
        });
}
