using PluginIr.Dispatch;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Ops;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>Things that happen at once.</summary>
public sealed class RaceTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task Reloads_swaps_calls_and_the_shutdown_at_once_lose_no_call_and_leave_nothing_behind()
    {
        const int Rounds = 4;
        for (int round = 0; round < Rounds; round++)
        {
            RunningHost host = await RunningHost.StartAsync(Settings("counting"), [Builds.CountingV1]);
            var stop = new CancellationTokenSource();
            Task<int> caller = CallUntil(host, stop.Token);
            string folder = host["PluginIr.Fixtures.CountingV1"];
            Task swaps = Task.Run(() =>
            {
                for (int i = 1; i <= 5; i++)
                    Builds.EditManifest(folder, m => m["version"] = $"1.0.{i}");
            }, TestContext.Current.CancellationToken);
            Task reloads = Task.Run(() =>
            {
                for (int i = 0; i < 5; i++)
                    File.WriteAllText(host.SettingsFile, Settings((i & 1) == 0 ? "native" : "counting"));
            }, TestContext.Current.CancellationToken);
            await RunningHost.Until(() => host.Plugins.Swaps > 0 || round % 2 == 1, TestContext.Current.CancellationToken);
            await Task.WhenAll(swaps, reloads);
            PluginHost plugins = host.Plugins;

            // The application's own services end before the plugins do; a caller that goes on all the same falls back on native.
            await host.StopAsync();
            await stop.CancelAsync();
            Assert.True(await caller > 0);
            Assert.Empty(plugins.Plugins);
            Assert.DoesNotContain(plugins.Retired, r => r.State == RetiredState.Draining);
            await host.DisposeAsync();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_call_that_leaves_as_the_deadline_passes_leaves_nothing_behind()
    {
        const int Swaps = 150;
        await using var folders = new PluginFolders();
        folders.Options = folders.Options with { Proof = Proof.Off, DrainDeadline = TimeSpan.FromMilliseconds(1) };
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        for (int i = 1; i <= Swaps; i++)
        {
            using (folders.Runtime.Lease())
            {
                Builds.EditManifest(folders["plugin"], m => m["version"] = $"1.0.{i}");
                await folders.ScanAsync();
            }
        }

        await RunningHost.Until(() => folders.Host.Retired.All(r => r.State != RetiredState.Draining), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(folders.Host.Retired, r => r.State == RetiredState.Leaked);
        Assert.DoesNotContain(folders.Log.Records, r => r.EventId == 220);
    }

    [Fact(Timeout = Limit)]
    public async Task A_swap_goes_on_while_the_one_before_still_drains_and_each_generation_is_let_go_when_its_own_calls_have_left()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        CallLease first = folders.Runtime.Lease();
        await folders.InstallAsync(Builds.CountingV2, "plugin");
        CallLease second = folders.Runtime.Lease();
        PluginStatus third = await folders.InstallAsync(Builds.CountingV1, "plugin");
        Assert.Equal((PluginState.Serving, 3), (third.State, third.Generation!.Value));
        Assert.Equal([RetiredState.Draining, RetiredState.Draining], folders.Host.Retired.Select(r => r.State));

        first.Dispose();
        await RunningHost.Until(() => folders.Host.Retired.Count == 1, TestContext.Current.CancellationToken);
        Assert.Equal("Counting 2.0.0 (generation 2)", Assert.Single(folders.Host.Retired).Generation);
        second.Dispose();
        await RunningHost.Until(() => folders.Host.Retired.Count == 0, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_folder_that_is_removed_while_its_build_loads_does_not_serve()
    {
        await using var folders = new PluginFolders();
        Builds.InstallFaulty(folders["plugin"], "folder-deleted-mid-load", folders["plugin"]);
        PluginStatus status = await folders.ScanAsync("plugin");
        Assert.Equal(PluginState.Refused, status.State);
        Assert.Contains("was removed while it was loaded", status.Problem);
        await folders.ScanAsync();
        Assert.Empty(folders.Host.Plugins);
        Assert.Equal(["native"], folders.Runtime.Registry.Providers.Keys);
    }

    [Fact(Timeout = Limit)]
    public async Task A_plugin_that_hangs_in_Dispose_is_left_behind_and_the_next_swap_goes_on()
    {
        await using var folders = new PluginFolders();
        folders.Options = folders.Options with { DisposeTimeout = TimeSpan.FromMilliseconds(50) };
        Builds.InstallFaulty(folders["plugin"], "dispose-hangs");
        await folders.ScanAsync();
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        await RunningHost.Until(() => folders.Host.Retired.Any(r => r.State == RetiredState.Leaked), TestContext.Current.CancellationToken);
        Assert.Contains(folders.Log.Records, r => r.EventId == 216);
        Assert.Equal(PluginState.Serving, (await folders.InstallAsync(Builds.CountingV2, "plugin")).State);
    }

    private static Task<int> CallUntil(RunningHost host, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            using Tensor x = Tensor.FromSingles(DType.Float32, [1, 1, 1, 1], 4), output = Tensor.Empty(x.Spec);
            int calls = 0;
            for (; !stop.IsCancellationRequested || calls == 0; calls++)
            {
                host.Runtime.RmsNormInto(x, null, 0, output);
                Assert.Equal(1f, output.AsSpan<float>()[3], 1e-5f);
            }

            return calls;
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static string Settings(string first) => $$"""{ "PluginIr": { "Plugins": ["plugins"], "Priority": { "rms_norm": ["{{first}}", "native"] } } }""";
}
