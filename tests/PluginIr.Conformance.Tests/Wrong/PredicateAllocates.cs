using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Its predicate makes an array.</summary>
[KernelProvider("predicate_allocates")]
internal static unsafe partial class PredicateAllocates
{
    private static bool Accepts(TensorSpec x, TensorSpec y) => x.Shape.ToArray().Length > 0;

    [Kernel("add", SupportsArgs = nameof(Accepts))]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output) => Add.Native(context, x, y, output);
}
