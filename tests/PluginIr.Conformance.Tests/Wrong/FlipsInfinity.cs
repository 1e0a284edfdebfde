using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Gives infinities the other sign.</summary>
[KernelProvider("flips_infinity")]
internal static unsafe partial class FlipsInfinity
{
    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        Edit.Each(output, value => float.IsInfinity(value) ? -value : value);
    }
}
