using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Uses an input as scratch memory.</summary>
[KernelProvider("changes_input")]
internal static unsafe partial class ChangesInput
{
    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        Edit.Last(y, value => value + 1);
    }
}
