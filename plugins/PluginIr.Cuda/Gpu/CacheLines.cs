using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu;

/// <summary>Memory in the units of the device's L2 cache.</summary>
internal static class CacheLines
{
    private const int Bytes = 128;

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

    /// <summary>
    /// <see cref="Prefetch"/> of memory that is small and read again and again: the cache gives it up after all other. The weights of a model's norms are
    /// well under a megabyte, and each step's products would drive them out.
    /// </summary>
    /// <param name="begin">The first address.</param>
    /// <param name="end">The one after the last; <paramref name="begin"/> for nothing.</param>
    /// <param name="thread">This thread's number in the group.</param>
    /// <param name="threads">How many there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchToKeep(long begin, long end, int thread, int threads)
    {
        for (long at = begin + (thread * Bytes); at < end; at += threads * Bytes)
            Instructions.PrefetchToKeep(at);
    }
}
