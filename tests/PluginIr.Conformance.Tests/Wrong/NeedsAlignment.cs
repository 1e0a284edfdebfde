using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Needs aligned addresses and does not say so.</summary>
[KernelProvider("needs_alignment")]
internal static unsafe partial class NeedsAlignment
{
    [Kernel("add", DTypes = DTypes.F32)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        if (x.Address % 16 != 0)
            throw new NotSupportedException("an unaligned vector load");
        Add.Native(context, x, y, output);
    }
}
