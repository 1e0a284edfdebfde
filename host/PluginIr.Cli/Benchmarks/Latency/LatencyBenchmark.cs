using System.Diagnostics;
using PluginIr.Cli.Benchmarks.Devices;
using PluginIr.Cli.Benchmarks.Latency.Direct;
using PluginIr.Cli.Benchmarks.Limits;
using PluginIr.Compiler;
using PluginIr.Models.Qwen3;
using PluginIr.Runtime;

namespace PluginIr.Cli.Benchmarks.Latency;

/// <summary>Times a model's text generation, and how fast its weights can be read, in turn.</summary>
/// <param name="ir">What the model calls.</param>
/// <param name="model">The model.</param>
/// <param name="sizes">What is generated.</param>
/// <param name="options">What the model is compiled with.</param>
/// <param name="progress">Gets a line for each run.</param>
internal sealed class LatencyBenchmark(IrRuntime ir, Qwen3Model model, LatencySizes sizes, CompileOptions options, TextWriter progress)
{
    // Weights past this lie in memory and not in any cache, as fewer bytes do too.
    private const long MostBytesRead = 512 * 1024 * 1024;

    // At least one run, and small models until they are compiled at full optimisation.
    private static readonly TimeSpan s_warming = TimeSpan.FromSeconds(1.5);

    private static readonly Effort s_reading = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(1.5), 7);

    /// <summary>Measures.</summary>
    /// <param name="isEagerAlone">False to run the direct calls and the compiled model in turn with the eager one.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>How fast the weights can be read, in bytes a nanosecond, and the variants.</returns>
    public (double BytesPerNanosecond, IReadOnlyList<LatencyVariant> Variants) Measure(bool isEagerAlone, CancellationToken cancellationToken)
    {
        using CompiledRun? compiled = isEagerAlone
            ? null
            : new CompiledRun(model.Compile(ir, sizes.InputLength + sizes.OutputLength, sizes.Batch, options), sizes);
        DirectRun? direct = isEagerAlone ? null : new DirectRun(ir, model, sizes);
        TextRun[] runs = [.. new TextRun?[] { direct, new EagerRun(model, sizes), compiled }.OfType<TextRun>()];
        using StreamLimits? streams = model.Device.IsCpu
            ? new StreamLimits(Math.Clamp(model.WeightBytesRead, MachineLimits.CacheBytes, MostBytesRead), ir.Workers)
            : null;
        Samples[] samples = [.. runs.Select(_ => new Samples())];
        List<double> speeds = [];
        Warm(runs, cancellationToken);
        for (int i = 1; i <= sizes.Iterations; i++)
        {
            speeds.Add(streams is null ? DeviceSpeed() : streams.Bytes / Interleaving.Measure([new Contender("read", streams.Read)], s_reading, ir.Threads)[0]);

            // Which goes first goes round as well.
            for (int turn = 0; turn < runs.Length; turn++)
            {
                int r = (turn + i) % runs.Length;
                samples[r].Seconds.Add(runs[r].Run(cancellationToken));
                samples[r].Prefills.Add(runs[r].PrefillSeconds);
                samples[r].Steps.AddRange(runs[r].StepSeconds);
                progress.WriteLine(
                    $"run {i} of {sizes.Iterations}, {runs[r].Name}: {samples[r].Seconds[^1]:0.000} s, " +
                    $"median step {Alternation.Median(runs[r].StepSeconds) * 1000:0.00} ms, reading {speeds[^1]:0.0} GB/s");
            }
        }

        double speed = Alternation.Median(speeds);
        long eagerPeak = EagerPeakBytes(cancellationToken);

        // What a call on a device takes is over before its kernel is, so that the norms cannot be timed by themselves.
        double? norms = model.Device.IsCpu ? direct?.MeasureNormSeconds(cancellationToken) : null;
        return (speed, [.. runs.Select((run, r) => Describe(run, samples[r], direct is null ? null : samples[0], speed, PeakBytes(run), norms))]);

        long? PeakBytes(TextRun run) => run is EagerRun ? eagerPeak : run is DirectRun ? null : run.ActivationPeakBytes;
    }

    private double DeviceSpeed()
    {
        using var clock = new DeviceClock(ir, model.Device);
        return clock.CopySpeed(MostBytesRead / 2, s_reading.Rounds);
    }

    private void Warm(TextRun[] runs, CancellationToken cancellationToken)
    {
        foreach (TextRun run in runs)
        {
            long start = Stopwatch.GetTimestamp();
            do
                run.Run(cancellationToken);
            while (Stopwatch.GetElapsedTime(start) < s_warming);
            progress.WriteLine($"{run.Name} warmed up in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
            if (!run.LastTokens.SequenceEqual(runs[0].LastTokens))
                progress.WriteLine($"note: {run.Name} ended with other tokens than {runs[0].Name}, as when two logits are almost equal");
        }
    }

    // A run of its own, with few new tokens: what counts the bytes takes time.
    private long EagerPeakBytes(CancellationToken cancellationToken)
    {
        var meter = new ActivationMeter(ir);
        var run = new EagerRun(model.On(meter), sizes with { OutputLength = 2 }, meter);
        run.Run(cancellationToken);
        return run.ActivationPeakBytes;
    }

    private LatencyVariant Describe(TextRun run, Samples samples, Samples? direct, double speed, long? peakBytes, double? norms)
    {
        double step = Alternation.Median(samples.Steps), median = Alternation.Median(samples.Seconds);
        return new LatencyVariant(
            run.Name, median, Percentile90(samples.Seconds), Alternation.Median(samples.Prefills), step, sizes.Batch / step,
            model.WeightBytesRead / speed / (step * 1e9), run.AllocatedBytes, peakBytes,
            direct is null ? null : Alternation.Median(samples.Seconds.Zip(direct.Seconds, (own, beside) => own / beside)) - 1, norms / median);
    }

    private static double Percentile90(List<double> values) => values.Order().ElementAt((int)Math.Ceiling(0.9 * values.Count) - 1);

    private sealed class Samples
    {
        public List<double> Seconds { get; } = [];

        public List<double> Prefills { get; } = [];

        public List<double> Steps { get; } = [];
    }
}
