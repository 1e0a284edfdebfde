using PluginIr.Cli.Benchmarks.Devices;
using PluginIr.Runtime;
using PluginIr.Runtime.Observing;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>Times ops on a device by its own clock, and against how fast it copies within its memory.</summary>
/// <remarks>Calls go round among as many sets of tensors as its caches cannot hold, so that each finds its inputs in memory, as a model's do.</remarks>
/// <param name="ir">What is called.</param>
/// <param name="device">The device.</param>
/// <param name="effort">How long.</param>
internal sealed class DeviceOpBenchmark(IrRuntime ir, Device device, Effort effort) : IDisposable
{
    // More than any present device's last cache, and so many sets at most as do not take long to make.
    private const long ColdBytes = 512L * 1024 * 1024;
    private const int MaxSets = 256;

    // The limit is that of memory, whatever the size of the case.
    private const long CopyBytes = 256L * 1024 * 1024;

    private readonly DeviceClock _clock = new(ir, device);
    private double _speed;

    /// <summary>How fast the device copies within its memory, in bytes a nanosecond, those read and those written counted.</summary>
    public double CopySpeed => _speed > 0 ? _speed : _speed = _clock.CopySpeed(CopyBytes, effort.Rounds);

    /// <summary>Measures a case.</summary>
    /// <param name="case">The case.</param>
    /// <exception cref="CheckException">The device computes something else than native.</exception>
    public OpResult Run(OpCase @case)
    {
        var sets = new List<OpWork> { OpWork.Of(@case) };
        try
        {
            WorkBound bound = sets[0].Bound;
            string provider = Check(sets[0]);
            long bytes = bound.Kind == BoundKind.Compute ? sets[0].Outputs.Sum(o => o.Spec.ByteCount) : bound.Amount;
            while (sets.Count < Math.Clamp(ColdBytes / Math.Max(bytes, 1), 1, MaxSets))
            {
                var another = OpWork.Of(@case);
                sets.Add(another);
                another.MoveTo(ir, device);
            }

            double time = Time(sets);
            double limit = bound.Kind == BoundKind.Compute ? 0 : bound.Amount / CopySpeed;
            return new OpResult(
                @case.Op, @case.DType.ShortName(), @case.Rows, @case.Hidden, ir.Threads, Math.Round(time / 1000, 4), new Dictionary<string, double>(),
                Math.Round(limit / time, 3), provider)
            { Device = $"{device}" };
        }
        finally
        {
            foreach (OpWork work in sets)
                work.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _clock.Dispose();

    // Computes on the host what must come out, moves the work, and says which provider serves it there.
    private string Check(OpWork work)
    {
        using (ir.UsePriority(work.Case.Op, "native"))
            work.Call(ir);
        var check = new PeerCheck(work);
        work.MoveTo(ir, device);
        var counter = new CallCounter();
        ir.Observer = counter;
        work.Call(ir);
        ir.Observer = null;
        Tensor[] results = [.. work.Outputs.Select(ir.ToHost)];
        check.Check("ours", results);
        foreach (Tensor result in results)
            result.Dispose();
        return counter.Counts.Single().Provider;
    }

    private double Time(IReadOnlyList<OpWork> sets)
    {
        int next = 0;
        int calls = 1;
        double perCall = Median(1);
        for (double warmed = perCall; warmed < effort.Warming.TotalNanoseconds; warmed += perCall * calls)
        {
            perCall = Median(1);
            calls = (int)Math.Clamp(effort.Batch.TotalNanoseconds / Math.Max(perCall, 1), 1, 10_000);
        }

        return Median(effort.Rounds);

        double Median(int rounds) => Alternation.Median(
            [.. Enumerable.Range(0, rounds).Select(_ => _clock.Time(calls, _ => sets[next++ % sets.Count].Call(ir)) / calls)]);
    }
}
