namespace PluginIr.Fixtures.Wrong;

/// <summary>Wrong in the last element of the last row, and only in bfloat16.</summary>
[KernelProvider("wrong")]
internal static partial class WrongKernels
{
    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        PluginIr.Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
        if (x.DType != DType.BFloat16 || x.ElementCount == 0)
            return;
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        output.ReadRow(output.Rows - 1, row);
        row[^1] += 1;
        output.WriteRow(output.Rows - 1, row);
    }
}
