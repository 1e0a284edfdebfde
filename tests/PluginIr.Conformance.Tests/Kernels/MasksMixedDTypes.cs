using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Kernels;

/// <summary>Reads a weight as if it had the dtype of x, and says so.</summary>
[KernelProvider("masks_mixed_dtypes")]
internal static unsafe partial class MasksMixedDTypes
{
    [Kernel("rms_norm", DTypes = DTypes.Floating, SameDType = true, Without = "variance_size")]
    private static void Run(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        if (varianceSize is not null || (weight is not null && weight.DType != x.DType))
            throw new InvalidOperationException("the masks promise neither");
        RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
    }
}
