namespace PluginIr.Fixtures.Drift;

/// <summary>Uses what a plugin commonly uses of the contracts: attributes, a predicate, tensors, scratch memory, an op's native definition.</summary>
[KernelProvider("drift", Supported = nameof(Supported), Dispose = nameof(Stop))]
internal static partial class DriftKernels
{
    private static Support Supported() => Support.Yes;

    private static void Stop()
    {
    }

    private static bool IsSmall(TensorSpec x, TensorSpec? weight, float epsilon, int? varianceSize) => x.Last <= 65536;

    [Kernel("rms_norm", Strided = true, SupportsArgs = nameof(IsSmall))]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        PluginIr.Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);

    [Kernel("quick_gelu", DTypes = DTypes.F32, Alignment = 16)]
    private static void QuickGelu(KernelContext context, Tensor x, Tensor output)
    {
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        for (long r = 0; r < x.Rows; r++)
        {
            x.ReadRow(r, row);
            foreach (ref float value in row)
                value /= 1 + MathF.Exp(-1.702f * value);
            output.WriteRow(r, row);
        }
    }
}
