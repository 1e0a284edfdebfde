namespace PluginIr.Runtime.Tests.Fixtures;

/// <summary>Measures what calls allocate on the managed heap.</summary>
internal static class Allocations
{
    public const int Calls = 10_000;

    private const int WarmUp = 100;

    /// <summary>The bytes that <see cref="Calls"/> calls allocate on this thread, once some have gone before.</summary>
    public static long Of(Action call)
    {
        for (int i = 0; i < WarmUp; i++)
            call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Calls; i++)
            call();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
