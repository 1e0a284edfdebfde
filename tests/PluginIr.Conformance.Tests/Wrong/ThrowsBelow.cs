using System.Runtime.CompilerServices;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Asks for its output as what it is not, which the contracts refuse.</summary>
[KernelProvider("throws_below")]
internal static partial class ThrowsBelow
{
    [Kernel("add")]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output) => Fill(output);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fill(Tensor output) => output.AsSpan<Guid>().Clear();
}
