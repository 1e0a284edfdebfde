using PluginIr.Cli.Benchmarks.Limits;
using PluginIr.Runtime;
using PluginIr.Runtime.Observing;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>Times ops against their peers and against the machine's limits, all in turn.</summary>
/// <param name="ir">What is called.</param>
/// <param name="peers">The peers' libraries; null for the plain loop alone.</param>
/// <param name="effort">How long.</param>
internal sealed class OpBenchmark(IrRuntime ir, IPeers? peers, Effort effort)
{
    // Past so many bytes of output stores that go past the caches are tried for the limit as well.
    private const long StreamingBytes = 2 * 1024 * 1024;

    // The limit is measured on as many bytes as the work has, so in the same cache or in memory; on no fewer than these, since what
    // the first-level cache does for a few lines is no limit of moving data.
    private const long CacheBytes = MachineLimits.CacheBytes;

    private readonly Dictionary<int, double> _flops = [];

    /// <summary>Measures a case.</summary>
    /// <param name="case">The case.</param>
    /// <param name="threads">How many threads a call may use.</param>
    /// <exception cref="CheckException">A contender computes something else than native.</exception>
    public OpResult Run(OpCase @case, int threads)
    {
        ir.Threads = threads;
        using OpWork work = OpWork.Of(@case);
        using var streams = new StreamLimits(work.Bound.Kind == BoundKind.Compute ? 0 : Math.Max(work.Bound.Amount, CacheBytes), ir.Workers);
        PeerRun[] runs = [new LoopRun(work), .. peers?.RunsOf(work, threads) ?? []];
        try
        {
            string provider = CheckAll(work, runs);
            var ours = new Contender("ours", () => work.Call(ir));
            Contender[] limits = [.. LimitsOf(work.Bound, streams)];
            double[] times = Interleaving.Measure([ours, .. runs.Select(r => new Contender(r.Peer, r.Run)), .. limits], effort);
            double limit = limits.Length > 0
                ? times[^limits.Length..].Min() * work.Bound.Amount / streams.Bytes
                : work.Bound.Amount / FlopsPerNanosecond(threads);
            Dictionary<string, double> best = [];
            foreach ((PeerRun run, double time) in runs.Zip(times.Skip(1)))
                best[run.Peer] = Math.Min(best.GetValueOrDefault(run.Peer, double.MaxValue), Microseconds(time));
            return new OpResult(
                @case.Op, @case.DType.ShortName(), @case.Rows, @case.Hidden, threads, Microseconds(times[0]), best,
                Math.Round(limit / times[0], 3), provider);
        }
        finally
        {
            foreach (PeerRun run in runs)
                run.Dispose();
        }
    }

    // Says which provider serves.
    private string CheckAll(OpWork work, IReadOnlyList<PeerRun> runs)
    {
        using (ir.UsePriority(work.Case.Op, "native"))
            work.Call(ir);
        var check = new PeerCheck(work);
        var counter = new CallCounter();
        ir.Observer = counter;
        check.Check("ours", work.Outputs, () => work.Call(ir));
        ir.Observer = null;
        foreach (PeerRun run in runs)
            check.Check(run.Peer, run.Outputs, run.Run);
        return counter.Counts.Single().Provider;
    }

    private static IEnumerable<Contender> LimitsOf(WorkBound bound, StreamLimits streams)
    {
        if (bound.Kind == BoundKind.Read)
            yield return new Contender("read", streams.Read);
        if (bound.Kind != BoundKind.Copy)
            yield break;
        yield return new Contender("copy", streams.Copy);
        if (bound.Amount / 2 >= StreamingBytes)
            yield return new Contender("non-temporal copy", streams.NonTemporalCopy);
    }

    private double FlopsPerNanosecond(int threads)
    {
        if (!_flops.TryGetValue(threads, out double flops))
            _flops[threads] = flops = MachineLimits.FlopsPerNanosecond(ir.Workers, threads, effort);
        return flops;
    }

    private static double Microseconds(double nanoseconds) => Math.Round(nanoseconds / 1000, 4);
}
