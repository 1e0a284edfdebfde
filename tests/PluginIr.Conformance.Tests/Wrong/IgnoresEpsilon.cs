using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Takes epsilon for what most models have.</summary>
[KernelProvider("ignores_epsilon")]
internal static unsafe partial class IgnoresEpsilon
{
    [Kernel("rms_norm", DTypes = DTypes.Floating)]
    private static void Run(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        RmsNorm.Native(context, x, weight, 1e-6f, varianceSize, output);
}
