using System.Diagnostics;
using System.Diagnostics.Metrics;
using PluginIr.Hosting.Telemetry;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Ops;
using Xunit;

namespace PluginIr.Hosting.Tests;

public sealed class TelemetryTests
{
    [Fact(Timeout = 60_000)]
    public async Task Each_step_of_a_swap_is_a_span_inside_the_swaps_own()
    {
        var spans = new List<Activity>();
        using var root = new ActivitySource("test");
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "PluginIr" or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        ActivityTraceId trace;
        using (Activity test = root.StartActivity("test")!)
        {
            trace = test.TraceId;
            await folders.InstallAsync(Builds.CountingV2, "plugin");
        }

        await RunningHost.Until(() => folders.Host.Retired.Count == 0, TestContext.Current.CancellationToken);
        Activity[] own;
        lock (spans)
            own = [.. spans.Where(s => s.TraceId == trace)];
        Activity swap = Assert.Single(own, s => s.OperationName == "pluginir.take_in");
        Assert.Equal("2.0.0", swap.GetTagItem("pluginir.version"));
        Assert.Equal(
            ["copy", "load", "register", "prove", "warm", "publish", "drain", "dispose", "unload"],
            own.Where(s => s.ParentSpanId == swap.SpanId).OrderBy(s => s.StartTimeUtc).Select(s => s.OperationName["pluginir.".Length..]));
    }

    [Fact]
    public async Task A_refused_builds_span_is_an_error_that_says_why()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "PluginIr",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.Wrong, "plugin");
        lock (spans)
        {
            Assert.Contains(
                spans, s => s is { OperationName: "pluginir.take_in", Status: ActivityStatusCode.Error } && s.StatusDescription!.Contains("WrongValue"));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Calls_are_counted_while_a_listener_is_on_and_not_otherwise()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        folders.Runtime.SetPriority(folders.Runtime.Registry.Priority.With("rms_norm", "counting"));
        var counts = new Dictionary<string, long>();
        using (var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "PluginIr", Name: "pluginir.calls" })
                    listener.EnableMeasurementEvents(instrument);
            },
        })
        {
            listener.SetMeasurementEventCallback<long>((_, calls, tags, _) =>
            {
                var values = tags.ToArray().ToDictionary(t => t.Key, t => t.Value);
                counts[$"{values["op"]} {values["provider"]}"] = calls;
            });
            listener.Start();
            Norm(folders);
            Assert.Null(folders.Runtime.Observer);
            listener.RecordObservableInstruments();
            Norm(folders);
            Norm(folders);
            listener.RecordObservableInstruments();
            Assert.Equal(2, counts["rms_norm counting"]);
        }

        // Other tests' listeners take all that is measured, for as long as they are there.
        await RunningHost.Until(
            () =>
            {
                Norm(folders);
                return folders.Runtime.Observer is null;
            },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Calls_of_a_generation_that_is_gone_are_measured_once_more_and_then_no_longer()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        folders.Runtime.SetPriority(folders.Runtime.Registry.Priority.With("rms_norm", "counting"));
        using var meter = new Meter("calls of generations");
        using var metering = new CallMetering(folders.Runtime, meter);
        var measured = new List<(object? Generation, long Calls)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == meter)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, calls, tags, _) => measured.Add((tags[2].Value, calls)));
        listener.Start();
        IReadOnlyList<(object?, long)> Measure()
        {
            measured.Clear();
            listener.RecordObservableInstruments();
            return [.. measured];
        }

        Assert.Empty(Measure());
        Norm(folders);
        await folders.InstallAsync(Builds.CountingV2, "plugin");
        Norm(folders);
        Assert.Equal([(1, 1), (2, 1)], Measure());
        metering.Unloaded("Counting", 1);
        metering.Unloaded("Another", 2);
        Assert.Equal([(1, 1), (2, 1)], Measure());
        Norm(folders);
        Assert.Equal([(2, 2)], Measure());
    }

    [Fact]
    public async Task Generations_in_memory_are_measured_by_state()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        int serving = 0, draining = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "PluginIr", Name: "pluginir.generations" })
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((_, count, tags, _) =>
        {
            serving += tags[0].Value is "serving" ? count : 0;
            draining += tags[0].Value is "draining" ? count : 0;
        });
        listener.Start();
        using (folders.Runtime.Lease())
        {
            await folders.InstallAsync(Builds.CountingV2, "plugin");
            listener.RecordObservableInstruments();
        }

        // Other tests' hosts measure into the same meter's name.
        Assert.True(serving >= 1 && draining >= 1, $"{serving} serving, {draining} draining");
    }

    private static void Norm(PluginFolders folders)
    {
        using Tensor x = Tensor.Zeros(DType.Float32, 2, 4), output = folders.Runtime.RmsNorm(x, null, 1e-6f);
    }
}
