using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Kernels;

/// <summary>Works in place only: it reads what it writes.</summary>
[KernelProvider("in_place_only")]
internal static unsafe partial class InPlaceOnly
{
    [Kernel("add", Inplace = Inplace.Only, Alignment = 16)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        if (!ReferenceEquals(x, output) || x.Address % 16 != 0 || y.Address % 16 != 0)
            throw new InvalidOperationException("the host promises the same tensor, aligned to 16 bytes");
        Add.Native(context, output, y, output);
    }
}
