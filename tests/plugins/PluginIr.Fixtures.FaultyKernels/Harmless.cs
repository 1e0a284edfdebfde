using PluginIr.Ops;

namespace PluginIr.Fixtures.FaultyKernels;

/// <summary>Right in all it computes, for plugins whose faults are elsewhere.</summary>
[KernelProvider("harmless")]
internal static partial class Harmless
{
    [Kernel("quick_gelu", Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor output) => QuickGelu.Native(context, x, output);
}
