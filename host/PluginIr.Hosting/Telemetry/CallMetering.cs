using System.Diagnostics.Metrics;
using PluginIr.Dispatch;
using PluginIr.Runtime;
using PluginIr.Runtime.Observing;

namespace PluginIr.Hosting.Telemetry;

/// <summary>The instrument <c>pluginir.calls</c>. Calls are counted from the first time that a listener asks until none is there any more.</summary>
/// <remarks>
/// Counts of a generation that is gone are measured once more, and then no longer: a time series for each would stay with every swap. Nothing on a
/// call's path changes while nobody listens. An observer that the application has set is left alone; calls are not counted then.
/// </remarks>
internal sealed class CallMetering : IDisposable
{
    private readonly IrRuntime _runtime;
    private readonly ObservableCounter<long> _instrument;
    private readonly Lock _lock = new();
    private readonly List<(string Plugin, int Generation)> _unloaded = []; // Since what was counted was measured last.
    private CallCounter? _counter;
    private WhileListening? _observer;

    public CallMetering(IrRuntime runtime, Meter meter)
    {
        _runtime = runtime;
        _instrument = meter.CreateObservableCounter("pluginir.calls", Observe, "{call}", "Calls by op, provider and generation, counted while a listener is on.");
    }

    /// <summary>A generation is gone from memory: no call of it will be counted any more.</summary>
    public void Unloaded(string plugin, int generation)
    {
        lock (_lock)
        {
            if (_counter is not null)
                _unloaded.Add((plugin, generation));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_observer is not null && ReferenceEquals(_runtime.Observer, _observer))
                _runtime.Observer = null;
            _observer = null;
            _counter = null;
            _unloaded.Clear();
        }
    }

    private IEnumerable<Measurement<long>> Observe()
    {
        lock (_lock)
        {
            if (_counter is null && _runtime.Observer is null)
                _runtime.Observer = _observer = new WhileListening(this, _counter = new CallCounter());
            if (_counter is null)
                return [];
            IReadOnlyList<(string Op, string Provider, int Generation, long Calls)> counts = _counter.CountsByGeneration;
            foreach ((string plugin, int generation) in _unloaded)
                _counter.Forget(plugin, generation);
            _unloaded.Clear();
            return counts.Select(c => new Measurement<long>(
                c.Calls, new("op", c.Op), new("provider", c.Provider), new KeyValuePair<string, object?>("generation", c.Generation)));
        }
    }

    // No listener says that it goes: the first call after that ends the counting.
    private sealed class WhileListening(CallMetering metering, CallCounter counter) : CallObserver
    {
        public override void OnCall(Snapshot snapshot, int op, int kernel, CallTraits traits, in SpecArguments arguments)
        {
            if (metering._instrument.Enabled)
                counter.OnCall(snapshot, op, kernel, traits, arguments);
            else
                metering.Dispose();
        }
    }
}
