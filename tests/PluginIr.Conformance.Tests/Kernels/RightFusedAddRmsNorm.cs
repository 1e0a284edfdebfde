using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Kernels;

/// <summary>Right with two outputs, each of them in place or not.</summary>
[KernelProvider("right")]
internal static unsafe partial class RightFusedAddRmsNorm
{
    [Kernel("fused_add_rms_norm", Inplace = Inplace.May, Strided = true, BatchInvariant = true)]
    private static void Run(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output,
        Tensor residualOut) =>
        FusedAddRmsNorm.Native(context, x, xResidual, weight, epsilon, varianceSize, output, residualOut);
}
