namespace PluginIr.Fixtures.FaultyKernels;

/// <summary>Never returns.</summary>
[KernelProvider("hangs")]
internal static partial class Hangs
{
    [Kernel("gelu_new")]
    private static void Run(KernelContext context, Tensor x, Tensor output) => Thread.Sleep(Timeout.Infinite);
}
