using PluginIr.Cuda.Gpu.Norms;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>rms_norm: each row is read once and written once. See <see cref="NormKernel"/>.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class RmsNorm
{
    /// <summary>What it launches.</summary>
    internal static readonly NormTable Table = new(typeof(Normalized), typeof(AsInput));

    /// <summary>The kernel.</summary>
    [Kernel("rms_norm", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        Table.Launch(context, new NormCall { X = x, Weight = weight, Output = output, Epsilon = epsilon, VarianceSize = varianceSize });
}
