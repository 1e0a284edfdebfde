using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Wrong in one element of one dtype.</summary>
[KernelProvider("one_element")]
internal static unsafe partial class OneElement
{
    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        if (x.DType == DType.BFloat16)
            Edit.Last(output, value => value + 1 + (value / 4));
    }
}
