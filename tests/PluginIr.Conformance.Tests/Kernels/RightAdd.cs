using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Kernels;

/// <summary>Right in all that it claims, which is everything.</summary>
[KernelProvider("right")]
internal static unsafe partial class RightAdd
{
    [Kernel("add", Inplace = Inplace.May, Strided = true, BatchInvariant = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output) => Add.Native(context, x, y, output);
}
