using System.Diagnostics.Metrics;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Ops;
using PluginIr.Runtime.Priority;
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
                "Loaded Counting 1.0.0 (generation 1)", "Proved Counting 1.0.0 (generation 1)", "Published Counting 1.0.0 (generation 1)",
                "Loaded PluginIr.Fixtures.Wrong 0.1.0 (generation 1)", "Refused ",
                "Loaded Counting 2.0.0 (generation 2)", "Proved Counting 2.0.0 (generation 2)", "Published Counting 2.0.0 (generation 2)",
                "Drained Counting 1.0.0 (generation 1)", "Unloaded Counting 1.0.0 (generation 1)",
            ],
            seen);
        lock (counted)
            Assert.Contains("unloaded Counting", counted);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_kernel_that_is_set_aside_is_told_with_op_provider_and_generation()
    {
        await using var folders = new PluginFolders();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        Builds.InstallFaulty(folders["faulty"], "kernel", "throws_late");
        await folders.ScanAsync();
        ThrowUntilSetAside(folders);
        PluginEvent happened = await FirstAsync(events, PluginEventKind.SetAside);
        Assert.Equal(("PluginIr.Fixtures.Faulty", "PluginIr.Fixtures.Faulty 0.1.0 (generation 1)"), (happened.Plugin, happened.Generation));
        Assert.StartsWith("gelu_new by throws_late: it threw 3 times", happened.Detail);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_outlives_the_deadline_is_told_with_op_and_thread_and_its_generation_is_kept_until_it_returns()
    {
        await using var folders = new PluginFolders();
        folders.Options = folders.Options with { DrainDeadline = TimeSpan.FromMilliseconds(20) };
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        string hold = folders["hold"];
        Builds.InstallFaulty(folders["faulty"], "holds", hold);
        await folders.ScanAsync();
        Task<float> call = await HeldCalls.EnterAsync(folders.Runtime, hold);

        Directory.Delete(folders["faulty"], recursive: true);
        await folders.ScanAsync();
        PluginEvent overdue = await FirstAsync(events, PluginEventKind.Overdue);
        Assert.Contains("gelu_fast on thread", overdue.Detail);
        Assert.Contains("'held'", overdue.Detail);
        RetiredGeneration kept = Assert.Single(folders.Host.Retired);
        Assert.Equal((RetiredState.Draining, overdue.Detail), (kept.State, kept.Detail));

        // Dispose frees what the kernel works on, and makes it NaN first.
        File.Delete(hold);
        Assert.Equal(HeldCalls.Result, await call, 1e-3f);
        await RunningHost.Until(() => folders.Host.Retired.Count == 0, TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_observer_sees_what_listeners_see_and_one_that_throws_holds_nothing_up()
    {
        await using var folders = new PluginFolders();
        var seen = new RecordingObserver();
        using IDisposable bad = folders.Host.Events.Subscribe(new RecordingObserver { Throws = true }), good = folders.Host.Events.Subscribe(seen);
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        await RunningHost.Until(() => seen.Kinds.Contains(PluginEventKind.Published), TestContext.Current.CancellationToken);
        Assert.Equal([PluginEventKind.Loaded, PluginEventKind.Proved, PluginEventKind.Published], seen.Kinds);
        await RunningHost.Until(() => folders.Log.Records.Any(r => r.EventId == 222), TestContext.Current.CancellationToken);
        Assert.Contains("an observer that throws", Assert.Single(folders.Log.Records, r => r.EventId == 222).Exception);

        good.Dispose();
        await folders.InstallAsync(Builds.CountingV2, "plugin");
        Assert.Equal(3, seen.Kinds.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_observer_is_told_when_nothing_can_happen_any_more()
    {
        var seen = new RecordingObserver();
        await using (var folders = new PluginFolders())
        {
            folders.Host.Events.Subscribe(seen);
            await folders.InstallAsync(Builds.CountingV1, "plugin");
        }

        await RunningHost.Until(() => seen.IsCompleted, TestContext.Current.CancellationToken);
        Assert.Contains(PluginEventKind.Drained, seen.Kinds);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_listens_to_a_host_that_has_stopped_is_told_at_once_that_nothing_can_happen_any_more()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        await folders.Host.StopAsync(TestContext.Current.CancellationToken);
        await foreach (PluginEvent happened in folders.Host.Listen(TestContext.Current.CancellationToken))
            Assert.Fail($"{happened.Kind} was told.");
        var late = new RecordingObserver();
        using IDisposable subscription = folders.Host.Events.Subscribe(late);
        await RunningHost.Until(() => late.IsCompleted, TestContext.Current.CancellationToken);
        Assert.Empty(late.Kinds);
    }

    private static async Task<PluginEvent> FirstAsync(IAsyncEnumerable<PluginEvent> events, PluginEventKind kind)
    {
        await foreach (PluginEvent happened in events)
        {
            if (happened.Kind == kind)
                return happened;
        }

        throw new InvalidOperationException($"No event {kind} was told.");
    }

    private static void ThrowUntilSetAside(PluginFolders folders)
    {
        using Tensor x = Tensor.FromSingles(DType.Float32, [1], 1), output = Tensor.Empty(x.Spec);
        using PriorityScope scope = folders.Runtime.UsePriority("gelu_new", "throws_late");
        while (folders.Runtime.Registry.SetAside.Count == 0)
        {
            try
            {
                folders.Runtime.GeluNewInto(x, output);
            }
            catch (InvalidOperationException thrown)
            {
                Assert.Equal("throws_late", thrown.Data["PluginIr.Provider"]);
            }
        }
    }
}
