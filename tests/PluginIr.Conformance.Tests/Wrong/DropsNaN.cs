using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Writes 0 where native has NaN.</summary>
[KernelProvider("drops_nan")]
internal static unsafe partial class DropsNaN
{
    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        Edit.Each(output, value => float.IsNaN(value) ? 0 : value);
    }
}
