using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Its predicate says yes to every other question.</summary>
[KernelProvider("predicate_wavers")]
internal static unsafe partial class PredicateWavers
{
    [ThreadStatic] // tests run beside each other
    private static int t_questions;

    private static bool Accepts(TensorSpec x, TensorSpec y) => t_questions++ % 2 == 0;

    [Kernel("add", SupportsArgs = nameof(Accepts))]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output) => Add.Native(context, x, y, output);
}
