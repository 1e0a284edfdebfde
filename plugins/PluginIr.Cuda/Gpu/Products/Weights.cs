using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu.Products;

/// <summary>How the kernels of few rows get at their weights early.</summary>
internal static class Weights
{
    // Of a group: those of all groups that run at a time must not drive each other out of the cache.
    private const int MostBytes = 96 * 1024;

    /// <summary>
    /// Has a group's weights brought into the L2 cache, before the kernels queued before have ended. Weights do not come sooner than memory gives them, and
    /// it would give none while the last kernel ends and its results are awaited.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(ProductArguments<ArrayView<byte>> a, int first, int outputs, int threads)
    {
        long begin = (long)first * a.WeightRowBytes, end = (long)IntrinsicMath.Min(first + outputs, a.Outer) * a.WeightRowBytes;
        end = IntrinsicMath.Min(end, begin + MostBytes);
        CacheLines.Prefetch(a.WeightAddress + begin, a.WeightAddress + end, Group.IdxX, threads);
    }
}
