using PluginIr.Cli.Benchmarks.Limits;
using PluginIr.Runtime;
using PluginIr.Runtime.Observing;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>Times ops against their rivals and against the machine's limits, all in turn.</summary>
/// <param name="ir">What is called.</param>
/// <param name="rivals">Makes what is compared with.</param>
/// <param name="effort">How long.</param>
internal sealed class OpBenchmark(IrRuntime ir, Rivals rivals, Effort effort)
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
        IReadOnlyList<WorkCopy> copies = WorkCopy.Make(@case, rivals, threads);
        try
        {
            string provider = CheckAll(copies);
            WorkBound bound = copies[0].Work.Bound;
            using var streams = new StreamLimits(bound.Kind == BoundKind.Compute ? 0 : Math.Max(copies.Count * bound.Amount, CacheBytes), ir.Workers);
            IReadOnlyList<PeerRun> runs = copies[0].Runs;
            Contender ours = InTurn("ours", copies.Select<WorkCopy, Action>(c => () => c.Work.Call(ir)));
            Contender[] limits = [.. LimitsOf(bound, streams)];
            double[] times = Interleaving.Measure(
                [ours, .. runs.Select((run, i) => InTurn(run.Peer, copies.Select<WorkCopy, Action>(c => c.Runs[i].Run))), .. limits], effort, threads);
            double limit = limits.Length > 0
                ? times[^limits.Length..].Min() * bound.Amount / streams.Bytes
                : bound.Amount / FlopsPerNanosecond(threads);
            Dictionary<string, double> best = [];
            foreach ((PeerRun run, double time) in runs.Zip(times.Skip(1)))
                best[run.Peer] = Math.Min(best.GetValueOrDefault(run.Peer, double.MaxValue), Microseconds(time));
            BaselineRun? baseline = runs.OfType<BaselineRun>().SingleOrDefault();
            return new OpResult(
                @case.Op, @case.DType.ShortName(), @case.Rows, @case.Hidden, threads, Microseconds(times[0]), best,
                Math.Round(limit / times[0], 3), @case.Cold, provider)
            {
                Copies = copies.Count,
                BaselineProvider = baseline is null ? null : ProviderOf(baseline.Runtime, copies[0].Work),
                SameBits = baseline is null ? null : HasSameBits(copies[0].Work, baseline),
            };
        }
        finally
        {
            foreach (WorkCopy copy in copies)
                copy.Dispose();
        }
    }

    // All copies have the same values, so the results of one say what those of the others must be. Says which provider serves.
    private string CheckAll(IReadOnlyList<WorkCopy> copies)
    {
        OpWork first = copies[0].Work;
        using (ir.UsePriority(first.Case.Op, "native"))
            first.Call(ir);
        var check = new PeerCheck(first);
        foreach (WorkCopy copy in copies)
            check.Check("ours", copy.Work.Outputs, () => copy.Work.Call(ir));
        foreach (PeerRun run in copies.SelectMany(c => c.Runs))
            check.Check(run.Peer, run.Outputs, run.Run);
        return ProviderOf(ir, first);
    }

    private static string ProviderOf(IrRuntime ir, OpWork work)
    {
        var counter = new CallCounter();
        ir.Observer = counter;
        work.Call(ir);
        ir.Observer = null;
        return counter.Counts.Single().Provider;
    }

    // Of another build of the same kernels that is worth knowing; a peer computes in its own order.
    private bool HasSameBits(OpWork work, BaselineRun baseline)
    {
        work.Call(ir);
        byte[][] ours = [.. work.Outputs.Select(o => o.AsBytes().ToArray())];
        baseline.Run();
        return baseline.Outputs.Zip(ours).All(pair => pair.First.AsBytes().SequenceEqual(pair.Second));
    }

    private static Contender InTurn(string name, IEnumerable<Action> runs)
    {
        Action[] all = [.. runs];
        int next = 0;
        return new Contender(name, all.Length == 1 ? all[0] : () =>
        {
            all[next]();
            next = next + 1 < all.Length ? next + 1 : 0;
        });
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
