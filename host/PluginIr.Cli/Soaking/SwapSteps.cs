using System.Diagnostics.Metrics;
using PluginIr.Cli.Benchmarks;

namespace PluginIr.Cli.Soaking;

/// <summary>Collects how long the steps of swaps take, from the meter that the host has for everybody.</summary>
internal sealed class SwapSteps : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<double>> _times = [];
    private readonly MeterListener _listener;

    public SwapSteps()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "PluginIr", Name: "pluginir.swap.step.duration" })
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Add((string)tags[0].Value!, seconds));
        _listener.Start();
    }

    /// <summary>The median of each step, in ms, in the order in which steps were first seen.</summary>
    public IReadOnlyDictionary<string, double> Medians()
    {
        lock (_lock)
            return _times.ToDictionary(t => t.Key, t => Alternation.Median(t.Value) * 1e3);
    }

    public void Dispose() => _listener.Dispose();

    private void Add(string step, double seconds)
    {
        lock (_lock)
        {
            if (!_times.TryGetValue(step, out List<double>? times))
                _times.Add(step, times = []);
            times.Add(seconds);
        }
    }
}
