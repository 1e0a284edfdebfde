using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Reads a weight as if it had the dtype of x.</summary>
[KernelProvider("mistakes_weight")]
internal static unsafe partial class MistakesWeight
{
    [Kernel("rms_norm", DTypes = DTypes.Floating)]
    private static void Run(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        using Tensor? mistaken = weight is not null && weight.DType.Size() >= x.DType.Size()
            ? weight.AsStrided(new TensorSpec(x.DType, weight.Shape), 0)
            : weight?.Alias();
        RmsNorm.Native(context, x, mistaken, epsilon, varianceSize, output);
    }
}
