using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Kernels;

/// <summary>Its predicate declines everything.</summary>
[KernelProvider("unwilling")]
internal static unsafe partial class Unwilling
{
    private static bool Accepts(TensorSpec x, TensorSpec y) => false;

    [Kernel("add", SupportsArgs = nameof(Accepts))]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output) => Add.Native(context, x, y, output);
}
