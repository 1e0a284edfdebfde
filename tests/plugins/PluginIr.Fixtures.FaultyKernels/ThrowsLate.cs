using PluginIr.Ops;

namespace PluginIr.Fixtures.FaultyKernels;

/// <summary>Right for 999 calls, and throws from the thousandth on.</summary>
[KernelProvider("throws_late")]
internal static partial class ThrowsLate
{
    private const int Good = 999;

    private static int s_calls;

    [Kernel("gelu_new", Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor output)
    {
        if (Interlocked.Increment(ref s_calls) > Good)
            throw new InvalidOperationException("the thousandth call has come");
        GeluNew.Native(context, x, output);
    }
}
