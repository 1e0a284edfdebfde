namespace PluginIr.Fixtures.Unsteady;

/// <summary>Gives the results' negatives in every second generation of a process: what a soak must notice. No proof would let it pass.</summary>
[KernelProvider("unsteady")]
internal static partial class UnsteadyKernels
{
    private const string Name = "PluginIr.Fixtures.Unsteady";

    // Statics are each generation's own; this number is the process's.
    private static readonly bool s_isNegative = Count() % 2 == 0;

    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        PluginIr.Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
        if (!s_isNegative)
            return;
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        for (long r = 0; r < output.Rows; r++)
        {
            output.ReadRow(r, row);
            foreach (ref float value in row)
                value = -value;
            output.WriteRow(r, row);
        }
    }

    private static int Count()
    {
        int count = 1 + (AppDomain.CurrentDomain.GetData(Name) as int? ?? 0);
        AppDomain.CurrentDomain.SetData(Name, count);
        return count;
    }
}
