using PluginIr.Ops;

namespace PluginIr.Fixtures.FaultyKernels;

/// <summary>Right at every size that a quick proof tries, and throws at one at which kernels are warmed up.</summary>
[KernelProvider("throws_at_four_rows")]
internal static partial class ThrowsAtFourRows
{
    [Kernel("gelu_new", Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor output)
    {
        if (x.Shape[0] == 4 && x.Last == 64)
            throw new InvalidOperationException("four rows are too many");
        GeluNew.Native(context, x, output);
    }
}
