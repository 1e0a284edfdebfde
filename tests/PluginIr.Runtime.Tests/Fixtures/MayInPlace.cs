namespace PluginIr.Runtime.Tests.Fixtures;

/// <summary>Works in place or apart, on contiguous tensors.</summary>
[KernelProvider("may")]
internal static partial class MayInPlace
{
    [Kernel("fused_add_rms_norm", Inplace = Inplace.May)]
    private static void FusedAddRmsNorm(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output, Tensor residualOut) =>
        Ops.FusedAddRmsNorm.Native(context, x, xResidual, weight, epsilon, varianceSize, output, residualOut);
}
