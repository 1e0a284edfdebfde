using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Its predicate divides by the number of rows less three.</summary>
[KernelProvider("predicate_throws")]
internal static unsafe partial class PredicateThrows
{
    private static bool Accepts(TensorSpec x, TensorSpec y) => 6 / (x.Rows - 3) > -100;

    [Kernel("add", SupportsArgs = nameof(Accepts))]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output) => Add.Native(context, x, y, output);
}
