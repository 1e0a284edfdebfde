namespace PluginIr.Fixtures.Sharing;

/// <summary>Right in all it does, by asking native; a worker thread has run code and held an object of it when a call returns.</summary>
[KernelProvider("sharing")]
internal static partial class SharingKernels
{
    /// <summary>The epsilon with which a worker's chunk throws an exception of this assembly.</summary>
    private const float ThrowingEpsilon = 0.75f;

    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        PluginIr.Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
        if (context.Threads > 1)
            context.ParallelFor(2, 1, new Meeting(context, new Met(), epsilon == ThrowingEpsilon));
    }

    private sealed class Met
    {
        public volatile bool IsTrue;
    }

    private sealed class ChunkException(string message) : Exception(message);

    // The caller's chunk ends when a worker has been in the other, or, should the workers be taken, after a while.
    private readonly struct Meeting(KernelContext caller, Met met, bool throws) : IParallelBody
    {
        public void Run(KernelContext context, nint first, nint end)
        {
            if (context == caller)
            {
                Met awaited = met;
                SpinWait.SpinUntil(() => awaited.IsTrue, TimeSpan.FromSeconds(1));
                return;
            }

            met.IsTrue = true;
            if (throws)
                throw new ChunkException("A worker's chunk threw.");
        }
    }
}
