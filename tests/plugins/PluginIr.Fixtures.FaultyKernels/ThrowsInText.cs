using PluginIr.Ops;

namespace PluginIr.Fixtures.FaultyKernels;

/// <summary>
/// Its gate is right for as many calls as the tiny model's first ten tokens make, and throws from then on what callers may take for their own; its norm
/// always throws what is nobody's.
/// </summary>
[KernelProvider("throws_in_text")]
internal static partial class ThrowsInText
{
    private const int Good = 40;

    private static int s_calls;

    [Kernel("silu_and_mul", Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor output)
    {
        if (Interlocked.Increment(ref s_calls) > Good)
            throw new IOException("the licence\nhas ended");
        SiluAndMul.Native(context, x, output);
    }

    [Kernel("rms_norm", Strided = true)]
    private static void Norm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        throw new InvalidOperationException("there was no licence");
}
