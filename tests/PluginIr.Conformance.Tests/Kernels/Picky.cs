using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Kernels;

/// <summary>Right, and takes even sizes only.</summary>
[KernelProvider("picky")]
internal static unsafe partial class Picky
{
    private static bool Accepts(TensorSpec x, TensorSpec y) => x.Last % 2 == 0;

    [Kernel("add", SupportsArgs = nameof(Accepts))]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output) => Add.Native(context, x, y, output);
}
