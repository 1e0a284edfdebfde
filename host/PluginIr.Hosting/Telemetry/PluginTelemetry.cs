using System.Diagnostics;
using System.Diagnostics.Metrics;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Plugins;
using PluginIr.Runtime;
using PluginIr.Runtime.Devices;

namespace PluginIr.Hosting.Telemetry;

/// <summary>What one host measures: the meter and the activity source, both named <c>PluginIr</c>.</summary>
internal sealed class PluginTelemetry : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "PluginIr";

    private static readonly ActivitySource s_activities = new(Name);

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _events;
    private readonly Histogram<double> _steps;
    private readonly CallMetering _calls;

    /// <param name="runtime">Whose calls are counted while somebody listens.</param>
    /// <param name="plugins">Whose generations are counted.</param>
    public PluginTelemetry(IrRuntime runtime, PluginHost plugins)
    {
        _events = _meter.CreateCounter<long>("pluginir.plugin.events", "{event}", "What happened to plugins, by kind and plugin.");
        _steps = _meter.CreateHistogram<double>("pluginir.swap.step.duration", "s", "How long the steps of a swap took, by step.");
        _calls = new CallMetering(runtime, _meter);
        _meter.CreateObservableGauge("pluginir.generations", () => Generations(plugins), "{generation}", "Generations in memory, by state.");
        _meter.CreateObservableGauge(
            "pluginir.kernels.set_aside", () => runtime.Registry.SetAside.Count, "{kernel}", "Kernels that are offered no calls.");
        _meter.CreateObservableGauge("pluginir.device.memory", () => DeviceMemory(runtime), "By", "Memory on devices, by device and state.");
    }

    /// <summary>Counts an event.</summary>
    public void Count(PluginEvent happened) =>
        _events.Add(1, new("kind", happened.Kind.ToString().ToLowerInvariant()), new("plugin", happened.Plugin));

    /// <summary>Begins a swap's activity, which its steps' are inside of. Null when nobody listens.</summary>
    /// <param name="plugin">The plugin's name.</param>
    /// <param name="version">The build's version.</param>
    public static Activity? BeginTakeIn(string plugin, string version) => s_activities.StartActivity("pluginir.take_in")
        ?.SetTag("pluginir.plugin", plugin).SetTag("pluginir.version", version);

    /// <summary>Begins a step; dispose what it returns at the step's end.</summary>
    /// <param name="name">The step: <c>copy</c>, <c>load</c>, <c>register</c>, <c>prove</c>, <c>warm</c>, <c>publish</c>, <c>drain</c>, <c>dispose</c> or <c>unload</c>.</param>
    /// <param name="plugin">The plugin's name.</param>
    public StepScope Begin(string name, string plugin) => new(this, name, s_activities.StartActivity("pluginir." + name)?.SetTag("pluginir.plugin", plugin));

    /// <summary>A generation is gone from memory: its calls are measured once more, and then no longer.</summary>
    public void Unloaded(string plugin, int generation) => _calls.Unloaded(plugin, generation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _calls.Dispose();
        _meter.Dispose();
    }

    // What was freed while no runtime served its device is no device's any more that could be asked.
    private static IEnumerable<Measurement<long>> DeviceMemory(IrRuntime runtime)
    {
        foreach (DeviceStatus device in runtime.Devices.SelectMany(r => r.Devices))
        {
            if (device.Memory is not { } memory)
                continue;
            foreach ((string state, long bytes) in ((string, long)[])
                     [("current", memory.CurrentBytes), ("peak", memory.PeakBytes), ("reserved", memory.ReservedBytes)])
                yield return new(bytes, new KeyValuePair<string, object?>("device", device.Device), new("state", state));
        }

        yield return new(runtime.WaitingDeviceBytes, new KeyValuePair<string, object?>("state", "waiting"));
    }

    private static IEnumerable<Measurement<int>> Generations(PluginHost plugins)
    {
        yield return new(plugins.Plugins.Count(p => p.State == PluginState.Serving), new KeyValuePair<string, object?>("state", "serving"));
        foreach (RetiredState state in Enum.GetValues<RetiredState>())
        {
            yield return new(
                plugins.Retired.Count(r => r.State == state), new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant()));
        }
    }

    /// <summary>A step that goes on until it is disposed.</summary>
    internal readonly struct StepScope(PluginTelemetry telemetry, string name, Activity? activity) : IDisposable
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        /// <inheritdoc/>
        public void Dispose()
        {
            telemetry._steps.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, new KeyValuePair<string, object?>("step", name));
            activity?.Dispose();
        }
    }
}
