using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PluginIr.Dispatch;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Manifests;
using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>How a host ends: well, while calls are inside, and when it never started.</summary>
public sealed class StoppingTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task A_host_whose_start_another_service_fails_lets_go_of_its_plugins_and_loads_no_more()
    {
        PluginHost? plugins = null;
        string? copies = null;
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningHost.StartAsync(
            Settings, [Builds.CountingV1],
            services: services => services.AddHostedService(s => new FailingService(() =>
            {
                plugins = s.GetRequiredService<PluginHost>();
                copies = CopiesOf(plugins);
            }))));
        Assert.Equal(FailingService.Reason, failure.Message);
        Assert.Empty(plugins!.Plugins);
        Assert.False(Directory.Exists(copies));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => plugins.ScanAsync([], new PluginIrOptions(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_stopped_host_loads_nothing_any_more_and_may_be_stopped_again()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        await folders.Host.StopAsync(TestContext.Current.CancellationToken);
        await folders.Host.StopAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => folders.ScanAsync());
        Assert.Equal(["native"], folders.Runtime.Registry.Providers.Keys);
    }

    [Fact(Timeout = Limit)]
    public async Task A_build_that_loads_while_the_host_is_stopped_is_left_behind()
    {
        await using var folders = new PluginFolders();
        folders.Options = folders.Options with { LoadTimeout = TimeSpan.FromDays(1) };
        await folders.InstallAsync(Builds.CountingV1, "counting");
        Builds.Install(Builds.Hanging, folders["hanging"]);
        Builds.EditManifest(folders["hanging"], m => m["name"] = "HangsWhileStopping");
        var registers = new TaskCompletionSource();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "PluginIr",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = step =>
            {
                if (step.OperationName == "pluginir.load" && step.GetTagItem("pluginir.plugin") is "HangsWhileStopping")
                    registers.TrySetResult();
            },
        };
        ActivitySource.AddActivityListener(listener);
        Task scan = Task.Run(folders.ScanAsync, TestContext.Current.CancellationToken);
        await registers.Task.WaitAsync(TestContext.Current.CancellationToken);
        await folders.Host.StopAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scan);
        Assert.Equal(["native"], folders.Runtime.Registry.Providers.Keys);
        Assert.DoesNotContain(folders.Log.Records, r => r.EventId == 201);
    }

    [Fact(Timeout = Limit)]
    public async Task A_lease_that_nobody_gives_back_is_told_when_the_host_stops_which_waits_for_it()
    {
        await using var folders = new PluginFolders();
        folders.Options = folders.Options with { DrainDeadline = TimeSpan.FromMilliseconds(20) };
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        await folders.InstallAsync(Builds.CountingV1, "counting");
        CallLease lease = folders.Runtime.Lease();
        Task stop = folders.Host.StopAsync(TestContext.Current.CancellationToken);
        await foreach (PluginEvent happened in events)
        {
            if (happened.Kind != PluginEventKind.Overdue)
                continue;
            Assert.Contains("a lease since registry version", happened.Detail);
            Assert.False(stop.IsCompleted);
            lease.Dispose();
        }

        await stop;
        Assert.Contains(folders.Log.Records, r => r is { EventId: 212, Level: LogLevel.Warning } && r.Message.Contains("a lease"));
        Assert.DoesNotContain(folders.Log.Records, r => r.EventId == 219);
    }

    [Fact(Timeout = Limit)]
    public async Task A_call_that_outlives_the_hosts_shutdown_is_logged_with_op_and_thread_and_what_it_runs_in_is_left()
    {
        using var files = new TemporaryFolder();
        string hold = files["hold"];
        RunningHost host = await RunningHost.StartAsync(
            Settings, [], services: services => services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(50)));
        Builds.InstallFaulty(host["faulty"], "holds", hold);
        await RunningHost.Until(() => host.Plugins.Plugins.Any(p => p.State == PluginState.Serving), TestContext.Current.CancellationToken);
        Task<float> call = await HeldCalls.EnterAsync(host.Runtime, hold);

        string copies = CopiesOf(host.Plugins);
        await host.StopAsync();
        string left = Assert.Single(host.Log.Records, r => r is { EventId: 219, Level: LogLevel.Error }).Message;
        Assert.Contains("gelu_fast on thread", left);
        Assert.Contains("'held'", left);
        Assert.NotEmpty(Directory.GetFiles(copies, "PluginIr.Fixtures.Faulty.dll", SearchOption.AllDirectories));

        // Dispose frees what the kernel works on, and makes it NaN first.
        File.Delete(hold);
        Assert.Equal(HeldCalls.Result, await call, 1e-3f);
        await host.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Whoever_stops_a_host_that_is_stopping_already_can_give_up_waiting_for_a_call_and_until_then_all_wait()
    {
        await using var folders = new PluginFolders();
        string hold = folders["hold"];
        Builds.InstallFaulty(folders["faulty"], "holds", hold);
        await folders.ScanAsync();
        Task<float> call = await HeldCalls.EnterAsync(folders.Runtime, hold);

        using CancellationTokenSource patient = new(), impatient = new();
        Task first = folders.Host.StopAsync(patient.Token), second = folders.Host.StopAsync(impatient.Token);
        await RunningHost.Until(() => folders.Host.Retired.Any(r => r.State == RetiredState.Draining), TestContext.Current.CancellationToken);
        Assert.False(first.IsCompleted);
        Assert.False(second.IsCompleted);
        Assert.DoesNotContain(folders.Log.Records, r => r.EventId == 219);

        await impatient.CancelAsync();
        await second;
        await first;
        Assert.Contains("'held'", Assert.Single(folders.Log.Records, r => r.EventId == 219).Message);
        File.Delete(hold);
        Assert.Equal(HeldCalls.Result, await call, 1e-3f);
    }

    private static string Settings => """{ "PluginIr": { "Plugins": ["plugins"] } }""";

    private static string CopiesOf(PluginHost plugins) => Assert.Single(
        PrivateCopies.InUse(), f => StatusIn(f).Contains(plugins.Plugins[0].Folder, StringComparison.Ordinal));

    // Other tests' hosts begin and end meanwhile, and have written none yet or none any more.
    private static string StatusIn(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "status.json"));
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
    }
}
