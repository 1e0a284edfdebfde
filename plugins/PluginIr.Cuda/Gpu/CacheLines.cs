using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu;

/// <summary>Memory in the units of the device's L2 cache.</summary>
internal static class CacheLines
{
    /// <summary>How many bytes a line has.</summary>
    public const int Bytes = 128;

    /// <summary>Has memory brought into the cache by the threads of a group together, a line by each in turn.</summary>
    /// <param name="begin">The first address.</param>
    /// <param name="end">The one after the last; <paramref name="begin"/> for nothing.</param>
    /// <param name="thread">This thread's number in the group.</param>
    /// <param name="threads">How many there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(long begin, long end, int thread, int threads)
    {
        for (long at = begin + (thread * Bytes); at < end; at += threads * Bytes)
            Instructions.Prefetch(at);
    }
}
