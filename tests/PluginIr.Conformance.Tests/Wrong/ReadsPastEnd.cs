using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Rounds by what lies behind an input.</summary>
[KernelProvider("reads_past_end")]
internal static unsafe partial class ReadsPastEnd
{
    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        if ((*(byte*)y.End & 1) == 1)
            Edit.NudgeLast(output);
    }
}
