using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Declared batch invariant, with another last bit among others than alone.</summary>
[KernelProvider("depends_on_batch")]
internal static unsafe partial class DependsOnBatch
{
    [Kernel("add", Inplace = Inplace.May, Strided = true, BatchInvariant = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        if (x.Rows > 1)
            Edit.NudgeLast(output);
    }
}
