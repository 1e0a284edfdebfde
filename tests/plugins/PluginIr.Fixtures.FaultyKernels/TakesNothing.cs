using PluginIr.Ops;

namespace PluginIr.Fixtures.FaultyKernels;

/// <summary>Its predicate declines every size that a proof tries.</summary>
[KernelProvider("takes_nothing")]
internal static partial class TakesNothing
{
    private static bool Accepts(TensorSpec x) => x.Last > 1 << 20;

    [Kernel("gelu_new", SupportsArgs = nameof(Accepts))]
    private static void Run(KernelContext context, Tensor x, Tensor output) => GeluNew.Native(context, x, output);
}
