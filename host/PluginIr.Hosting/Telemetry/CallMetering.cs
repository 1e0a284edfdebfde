using System.Diagnostics.Metrics;
using PluginIr.Runtime;
using PluginIr.Runtime.Observing;

namespace PluginIr.Hosting.Telemetry;

/// <summary>The instrument <c>pluginir.calls</c>. Calls are counted from the first time that a listener asks until none is there any more.</summary>
/// <remarks>Nothing on a call's path changes while nobody listens. An observer that the application has set is left alone; calls are not counted then.</remarks>
internal sealed class CallMetering : IDisposable
{
    private readonly IrRuntime _runtime;
    private readonly ObservableCounter<long> _instrument;
    private readonly Lock _lock = new();
    private CallCounter? _counter;

    public CallMetering(IrRuntime runtime, Meter meter)
    {
        _runtime = runtime;
        _instrument = meter.CreateObservableCounter("pluginir.calls", Observe, "{call}", "Calls by op, provider and generation, counted while a listener is on.");
    }

    /// <summary>Stops counting when nobody listens any more.</summary>
    public void FollowListeners()
    {
        if (!_instrument.Enabled)
            Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_counter is not null && ReferenceEquals(_runtime.Observer, _counter))
                _runtime.Observer = null;
            _counter = null;
        }
    }

    private IEnumerable<Measurement<long>> Observe()
    {
        CallCounter counter;
        lock (_lock)
        {
            if (_counter is null && _runtime.Observer is null)
                _runtime.Observer = _counter = new CallCounter();
            if (_counter is null)
                return [];
            counter = _counter;
        }

        return counter.CountsByGeneration.Select(c => new Measurement<long>(
            c.Calls, new("op", c.Op), new("provider", c.Provider), new KeyValuePair<string, object?>("generation", c.Generation)));
    }
}
