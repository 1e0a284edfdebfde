using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Reads x after writing the output over it.</summary>
[KernelProvider("lies_about_aliasing")]
internal static unsafe partial class LiesAboutAliasing
{
    [Kernel("add", Inplace = Inplace.May, DTypes = DTypes.F32)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        output.CopyFrom(y);
        Add.Native(context, x, output, output);
    }
}
