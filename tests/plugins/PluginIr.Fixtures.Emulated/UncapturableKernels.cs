using PluginIr.Devices;

namespace PluginIr.Fixtures.Emulated;

/// <summary>A kernel that no device can record, as one that waits for a result would be.</summary>
[KernelProvider("uncapturable", Device = "emulated", Supported = nameof(Supported))]
internal static partial class UncapturableKernels
{
    internal static Support Supported() => EmulatedRuntime.Probe();

    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        if (context.Stream != 0)
            throw new DeviceException("EMULATED_ERROR_CAPTURE", 9, "emulatedSynchronize", "it cannot be recorded, as it waits.");
        Launch.On(context, [x, weight, output], (own, t) => Ops.RmsNorm.Native(own, t[0]!, t[1], epsilon, varianceSize, t[2]!));
    }
}
