namespace PluginIr.Hosting.Loading;

/// <summary>Watches a generation that was released until the garbage collector has taken it.</summary>
internal static class Unloading
{
    private const int MaxCollections = 10;

    // Three or four of these are common: collecting the one finds the next unreferred to. Far enough apart to take little from a swap that follows.
    private static readonly TimeSpan s_betweenCollections = TimeSpan.FromMilliseconds(300);

    /// <summary>Waits until it is gone, at most for a bounded number of collections. They run in the background: callers do not stop for them.</summary>
    /// <param name="reference">Refers to the generation's load context.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>True when it is gone.</returns>
    public static async Task<bool> ConfirmAsync(WeakReference reference, CancellationToken cancellationToken)
    {
        for (int i = 0; i < MaxCollections && reference.IsAlive; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
            await Task.Delay(s_betweenCollections, cancellationToken).ConfigureAwait(false);
        }

        return !reference.IsAlive;
    }
}
