namespace PluginIr.Fixtures.Hanging;

/// <summary>A provider whose question for its hardware is never answered.</summary>
[KernelProvider("hanging", Supported = nameof(Supported))]
internal static partial class HangingKernels
{
    private static Support Supported()
    {
        Thread.Sleep(Timeout.Infinite);
        return Support.Yes;
    }

    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        PluginIr.Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
}
