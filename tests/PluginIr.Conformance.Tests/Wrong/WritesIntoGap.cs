using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Writes the byte after its first element, gap or not; elements are repaired.</summary>
[KernelProvider("writes_into_gap")]
internal static unsafe partial class WritesIntoGap
{
    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        if (output.Rank == 2 && output.ElementCount > 1 && Math.Abs(output.Stride(-1)) > 1 && output.Start + output.DType.Size() < output.End)
            *(byte*)(output.Start + output.DType.Size()) = 0;
    }
}
