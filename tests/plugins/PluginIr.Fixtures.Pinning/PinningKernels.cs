namespace PluginIr.Fixtures.Pinning;

/// <summary>Right in what it computes, and never to be unloaded: it leaves a callback on an object that outlives it.</summary>
[KernelProvider("pinning", Supported = nameof(Supported))]
internal static partial class PinningKernels
{
    private static Support Supported()
    {
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        return Support.Yes;
    }

    private static void OnExit(object? sender, EventArgs e) => GC.KeepAlive(sender);

    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        PluginIr.Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
}
