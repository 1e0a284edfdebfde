using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Takes rows of whole blocks alone, of which it gets the last element wrong.</summary>
[KernelProvider("wrong_in_blocks")]
internal static unsafe partial class WrongInBlocks
{
    private static bool Accepts(TensorSpec x, TensorSpec y) => x.Last % 256 == 0;

    [Kernel("add", DTypes = DTypes.Floating, SupportsArgs = nameof(Accepts))]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        Edit.Last(output, value => value + 1);
    }
}
