using System.Diagnostics;
using PluginIr.Runtime;

namespace PluginIr.Cli.Soaking;

/// <summary>One thread that calls all the time, checks every result and times every call.</summary>
internal sealed class SoakCaller
{
    // Every size, dtype and kind of call meets every other.
    private static readonly (DType DType, long Rows, long Hidden)[] s_sizes =
    [
        (DType.Float32, 1, 1024), (DType.BFloat16, 4, 256), (DType.Float32, 16, 128), (DType.Float16, 3, 33), (DType.Float32, 7, 1000),
    ];

    private readonly IrRuntime _ir;
    private readonly SoakCase[] _cases;
    private readonly Func<SoakCase, bool>[] _kinds;
    private readonly Thread _thread;
    private readonly LatencyHistogram[] _steady, _first;
    private LatencyHistogram _times = new();
    private long _maxGap;
    private volatile bool _stop;

    public SoakCaller(IrRuntime ir, Device device)
    {
        _ir = ir;
        _cases = Array.ConvertAll(s_sizes, size => new SoakCase(ir, device, size.DType, size.Rows, size.Hidden));
        _kinds = [c => c.Functional(_ir), c => c.Donated(_ir), c => c.Scoped(_ir), c => c.Into(_ir)];
        if (!device.IsCpu)
            _kinds = [.. _kinds[..3], c => c.Compiled()];
        _steady = Histograms();
        _first = Histograms();
        _thread = new Thread(Run) { IsBackground = true, Name = "soak caller" };
    }

    /// <summary>What came of the calls.</summary>
    public SoakTally Calls { get; } = new();

    public void Start() => _thread.Start();

    /// <summary>Ends the thread, when it was started, after its present call.</summary>
    public void Stop()
    {
        _stop = true;
        if (_thread.ThreadState != System.Threading.ThreadState.Unstarted)
            _thread.Join();
        foreach (SoakCase @case in _cases)
            @case.Dispose();
    }

    /// <summary>The times since the last look, and the longest gap between two calls' ends, in ticks.</summary>
    public (LatencyHistogram Times, long MaxGap) TakeTimes() =>
        (Interlocked.Exchange(ref _times, new LatencyHistogram()), Interlocked.Exchange(ref _maxGap, 0));

    /// <summary>
    /// For each pair of kind and size: the first call's median time after a switch, over the median of the others. Cases that saw no switch are
    /// left out. Read it when the thread has stopped.
    /// </summary>
    public IEnumerable<double> FirstCallRatios() => _first.Zip(_steady).Where(p => p.First.Count > 0).Select(p => p.First.Quantile(0.5) / p.Second.Quantile(0.5));

    private LatencyHistogram[] Histograms() => [.. Enumerable.Range(0, _cases.Length * _kinds.Length).Select(_ => new LatencyHistogram())];

    private void Run()
    {
        long last = Stopwatch.GetTimestamp(), version = 0;
        int seen = 0;
        for (int i = 0; !_stop; i++)
        {
            // Every pair of kind and size comes once after a switch before any comes again: their numbers have no common divisor.
            if (_ir.Registry.Version != version)
                (version, seen) = (_ir.Registry.Version, 0);
            int pair = i % _steady.Length;
            SoakCase @case = _cases[i % _cases.Length];
            long start = Stopwatch.GetTimestamp();
            Calls.Count(_kinds[i % _kinds.Length], @case);
            long end = Stopwatch.GetTimestamp();
            _times.Add(end - start);
            (seen < _first.Length ? _first : _steady)[pair].Add(end - start);
            seen++;
            if (end - last > _maxGap)
                _maxGap = end - last;
            last = end;
        }
    }
}
