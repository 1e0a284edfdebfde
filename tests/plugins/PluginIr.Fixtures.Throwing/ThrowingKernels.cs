namespace PluginIr.Fixtures.Throwing;

/// <summary>A provider whose question for its hardware throws, so that registering the plugin does.</summary>
[KernelProvider("throwing", Supported = nameof(Supported))]
internal static partial class ThrowingKernels
{
    private static Support Supported() => throw new InvalidOperationException("The Throwing fixture was asked whether it is supported.");

    [Kernel("rms_norm")]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        PluginIr.Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
}
