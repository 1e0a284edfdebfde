namespace PluginIr.Compiler.Tests.Support;

/// <summary>Writes 1 where the op asks for the input's half, so that a test knows who ran.</summary>
[KernelProvider("one")]
internal static partial class One
{
    [Kernel("halve")]
    private static void Halve(KernelContext context, Tensor x, Tensor output) => output.AsSpan<float>().Fill(1);
}

/// <summary>Writes 2.</summary>
[KernelProvider("two")]
internal static partial class Two
{
    [Kernel("halve")]
    private static void Halve(KernelContext context, Tensor x, Tensor output) => output.AsSpan<float>().Fill(2);
}

/// <summary>Throws.</summary>
[KernelProvider("throwing")]
internal static partial class Throwing
{
    [Kernel("halve")]
    private static void Halve(KernelContext context, Tensor x, Tensor output) => throw new ArithmeticException("No halves today.");
}
