using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Writes behind an input.</summary>
[KernelProvider("writes_past_input")]
internal static unsafe partial class WritesPastInput
{
    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        *(byte*)y.End = 0;
    }
}
