using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Leaves the last element as it was.</summary>
[KernelProvider("leaves_unwritten")]
internal static unsafe partial class LeavesUnwritten
{
    [Kernel("add", Inplace = Inplace.May)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        using Tensor sum = Tensor.Empty(output.Spec);
        Add.Native(context, x, y, sum);
        int written = Math.Max(0, sum.AsBytes().Length - output.DType.Size());
        sum.AsBytes()[..written].CopyTo(output.AsBytes());
    }
}
