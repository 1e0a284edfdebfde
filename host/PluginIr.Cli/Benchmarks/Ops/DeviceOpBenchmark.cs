using System.Diagnostics;
using PluginIr.Cli.Benchmarks.Devices;
using PluginIr.Runtime;
using PluginIr.Runtime.Observing;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>Times ops on a device by its own clock, its caches cleared, and against how fast it copies as many bytes within its memory.</summary>
/// <param name="ir">What is called.</param>
/// <param name="device">The device.</param>
/// <param name="effort">How long.</param>
internal sealed class DeviceOpBenchmark(IrRuntime ir, Device device, Effort effort) : IDisposable
{
    // The limit is that of memory: copies of fewer bytes show how long it takes to begin.
    private const long LeastCopied = 64L * 1024 * 1024;

    // And that of the whole run, for the table's foot.
    private const long CopyBytes = 512L * 1024 * 1024;

    private readonly DeviceClock _clock = new(ir, device);
    private readonly Dictionary<long, double> _speeds = [];

    /// <summary>How fast the device copies much memory within it, in bytes a nanosecond, those read and those written counted.</summary>
    public double CopySpeed => SpeedOf(CopyBytes);

    /// <summary>Measures a case.</summary>
    /// <param name="case">The case.</param>
    /// <exception cref="CheckException">The device computes something else than native.</exception>
    public OpResult Run(OpCase @case)
    {
        using var work = OpWork.Of(@case);
        WorkBound bound = work.Bound;
        string provider = Check(work);
        double time = Time(work);
        double limit = bound.Kind == BoundKind.Compute ? 0 : bound.Amount / SpeedOf(Math.Max(bound.Amount, LeastCopied));
        return new OpResult(
            @case.Op, @case.DType.ShortName(), @case.Rows, @case.Hidden, ir.Threads, Math.Round(time / 1000, 4), new Dictionary<string, double>(),
            Math.Round(limit / time, 3), Cold: true, provider)
        { Device = $"{device}" };
    }

    /// <inheritdoc/>
    public void Dispose() => _clock.Dispose();

    // Computes on the host what must come out, moves the work, and says which provider serves it there.
    private string Check(OpWork work)
    {
        using (ir.UsePriority(work.Case.Op, "native"))
            work.Call(ir);
        var check = new PeerCheck(work);
        work.PlaceOn(ir, device);
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

    private double Time(OpWork work)
    {
        long start = Stopwatch.GetTimestamp();
        do
            _clock.TimeCold(1, () => work.Call(ir));
        while (Stopwatch.GetElapsedTime(start) < effort.Warming);

        // Where small tensors happen to lie makes up to an eighth of their time: each of the medians is of another place.
        return _clock.TimeCold(effort.Rounds, () => work.Call(ir), work.Bytes < LeastCopied ? () => work.PlaceOn(ir, device) : null);
    }

    // Of a copy that moves so many bytes, those read and those written counted.
    private double SpeedOf(long moved)
    {
        if (!_speeds.TryGetValue(moved, out double speed))
            _speeds.Add(moved, speed = _clock.CopySpeed(moved / 2, effort.Rounds));
        return speed;
    }
}
