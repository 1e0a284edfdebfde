namespace PluginIr.Fixtures.FaultyKernels;

/// <summary>Throws whenever it is called, an exception that callers may take for their own.</summary>
[KernelProvider("throws")]
internal static partial class Throws
{
    [Kernel("gelu_new", Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor output) => throw new FormatException("this kernel always throws");
}
