using System.Diagnostics.Metrics;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Tests.Support;
using Xunit;

namespace PluginIr.Hosting.Tests;

public sealed class EventTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_swap_and_a_refusal_are_told_in_order_and_counted_by_the_meter()
    {
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        var counted = new List<string>();
        using var meter = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "PluginIr")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meter.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (counted)
                counted.Add($"{tags[0].Value} {tags[1].Value}");
        });
        meter.Start();

        await using var folders = new PluginFolders();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(cancelled);
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        await folders.InstallAsync(Builds.Wrong, "plugin");
        await folders.InstallAsync(Builds.CountingV2, "plugin");

        var seen = new List<string>();
        await foreach (PluginEvent happened in events)
        {
            seen.Add($"{happened.Kind} {happened.Generation}");
            if (happened.Kind == PluginEventKind.Unloaded)
                break;
        }

        Assert.Equal(
            [
                "Loaded Counting 1.0.0 (generation 1)", "Published Counting 1.0.0 (generation 1)", "Refused ",
                "Loaded Counting 2.0.0 (generation 2)", "Published Counting 2.0.0 (generation 2)",
                "Drained Counting 1.0.0 (generation 1)", "Unloaded Counting 1.0.0 (generation 1)",
            ],
            seen);
        lock (counted)
            Assert.Contains("unloaded Counting", counted);
    }
}
