namespace PluginIr.Fixtures.Counting;

/// <summary>Right in all it does, by asking native. Version 2 implements an op more than version 1.</summary>
[KernelProvider("counting", Dispose = nameof(Stop))]
internal static partial class CountingKernels
{
    private static int s_calls;

    /// <summary>How many calls ran in this generation, for a debugger or reflection to read.</summary>
    internal static int Calls => s_calls;

    private static void Stop() => s_calls = 0;

    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        Interlocked.Increment(ref s_calls);
        PluginIr.Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
    }

#if COUNTING_V2
    [Kernel("gelu_new", Strided = true)]
    private static void GeluNew(KernelContext context, Tensor x, Tensor output)
    {
        Interlocked.Increment(ref s_calls);
        PluginIr.Ops.GeluNew.Native(context, x, output);
    }
#endif
}
