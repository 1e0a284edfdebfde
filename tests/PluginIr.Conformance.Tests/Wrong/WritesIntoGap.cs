using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Writes the byte after the lowest element where that is a gap.</summary>
[KernelProvider("writes_into_gap")]
internal static unsafe partial class WritesIntoGap
{
    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        bool hasGap = output.ElementCount > 1 && Enumerable.Range(0, output.Rank).All(i => Math.Abs(output.Stride(i)) > 1);
        if (hasGap)
            *(byte*)(output.Start + output.DType.Size()) = 0;
    }
}
