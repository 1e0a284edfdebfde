using System.Diagnostics;

namespace PluginIr.Hosting.Loading;

/// <summary>Watches a generation that was released until the garbage collector has taken it.</summary>
internal static class Unloading
{
    private const int MaxCollections = 10;

    // Three or four of these are common: collecting the one finds the next unreferred to. Far enough apart to take little from a swap that follows.
    private static readonly TimeSpan s_betweenCollections = TimeSpan.FromMilliseconds(300);

    // Only for a collector that does not come to an end at all: with a heap of hundreds of gigabytes, each collection takes seconds.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    /// <summary>Waits until it is gone, at most for a bounded number of full collections. They run in the background: callers do not stop for them.</summary>
    /// <param name="reference">Refers to the generation's load context.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>True when it is gone.</returns>
    public static Task<bool> ConfirmAsync(WeakReference reference, CancellationToken cancellationToken) =>
        ConfirmAsync(reference, LastEnded, s_betweenCollections, cancellationToken);

    /// <summary>The same with another's word for which collection was the last to end.</summary>
    /// <param name="reference">Refers to what is to be gone.</param>
    /// <param name="lastEnded">The number of the last full collection that has ended.</param>
    /// <param name="pause">How long to wait before looking again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<bool> ConfirmAsync(WeakReference reference, Func<long> lastEnded, TimeSpan pause, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < MaxCollections && reference.IsAlive; i++)
        {
            // Asked for, it has not begun: one that is under way may have passed what has been let go of since, and a large heap takes longer than a pause.
            long before = lastEnded();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
            do
            {
                if (Stopwatch.GetElapsedTime(start) > s_longest)
                    return !reference.IsAlive;
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            }
            while (reference.IsAlive && lastEnded() == before);
        }

        return !reference.IsAlive;
    }

    // GC.CollectionCount counts those that have begun. Where collections in the background are turned off, what was asked for stops the process.
    private static long LastEnded() => Math.Max(GC.GetGCMemoryInfo(GCKind.Background).Index, GC.GetGCMemoryInfo(GCKind.FullBlocking).Index);
}
