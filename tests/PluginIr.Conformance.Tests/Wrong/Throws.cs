using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Throws for shapes that nothing declines.</summary>
[KernelProvider("throws_at_odd_rows")]
internal static unsafe partial class Throws
{
    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        if (x.Rows % 2 == 1)
            throw new InvalidOperationException("an odd number of rows");
    }
}
