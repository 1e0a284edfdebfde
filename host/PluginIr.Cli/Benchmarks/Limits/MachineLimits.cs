using PluginIr.Runtime;

namespace PluginIr.Cli.Benchmarks.Limits;

/// <summary>Measures what the machine does at most.</summary>
internal static unsafe class MachineLimits
{
    /// <summary>What the second-level cache of any processor of the last years holds.</summary>
    public const long CacheBytes = 512 * 1024;

    /// <summary>More than the caches of a processor's cores hold.</summary>
    public const long MemoryBytes = 256 * 1024 * 1024;

    /// <summary>Measures reading, copying and computing, in the caches and in memory.</summary>
    /// <param name="ir">Whose threads.</param>
    /// <param name="threads">The numbers of threads.</param>
    /// <param name="effort">How long.</param>
    public static IEnumerable<MachineLimit> Measure(IrRuntime ir, IReadOnlyList<int> threads, Effort effort)
    {
        foreach (int count in threads)
        {
            ir.Threads = count;
            double flops = FlopsPerNanosecond(ir.Workers, count, effort);
            yield return Streams(ir.Workers, count, "cache", CacheBytes, flops, effort);
            yield return Streams(ir.Workers, count, "memory", MemoryBytes, flops, effort);
        }
    }

    /// <summary>How many float32 operations are done in a nanosecond at most.</summary>
    public static double FlopsPerNanosecond(WorkerPool? workers, int threads, Effort effort)
    {
        const int Steps = 4096;
        const int Chunks = 16;
        var context = new KernelContext { Workers = workers };
        float seen = 0;
        float* sink = &seen;
        nint count = threads == 1 ? Steps : Steps * Chunks;
        var fma = new Contender("fma", () => context.ParallelFor(count, Steps, new MultiplyAddBody(sink)));
        double nanoseconds = Interleaving.Measure([fma], effort, threads)[0];
        return count * (double)MultiplyAddBody.Operations / nanoseconds;
    }

    private static MachineLimit Streams(WorkerPool? workers, int threads, string where, long bytes, double flops, Effort effort)
    {
        using var streams = new StreamLimits(bytes, workers);
        double[] times = Interleaving.Measure(
            [
                new Contender("read", streams.Read), new Contender("copy", streams.Copy), new Contender("triad", streams.Triad),
                new Contender("non-temporal", streams.NonTemporalCopy),
            ],
            effort, threads);
        double[] speeds = [.. times.Select(t => Math.Round(streams.Bytes / t, 1))]; // bytes in a nanosecond are 10⁹ in a second
        return new MachineLimit(threads, where, speeds[0], speeds[1], speeds[2], speeds[3], Math.Round(flops, 1));
    }
}
