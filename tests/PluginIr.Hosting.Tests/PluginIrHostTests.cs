using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using PluginIr.Hosting.Tests.Support;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>What a host in an application does by itself with its plugins' folders, and what its health says.</summary>
public sealed class PluginIrHostTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task A_build_that_is_written_over_the_folder_serves_without_anything_else_being_done()
    {
        await using RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""), [Builds.CountingV1]);
        Builds.Install(Builds.CountingV2, host["PluginIr.Fixtures.CountingV1"]);
        await RunningHost.Until(() => host.Plugins.Swaps == 1, TestContext.Current.CancellationToken);
        Assert.Contains(host.Log.Records, r => r.EventId == 200 && r.Message.Contains("Counting 2.0.0 (generation 2)"));
    }

    [Fact(Timeout = Limit)]
    public async Task Many_changes_at_once_are_taken_in_once_or_twice_and_the_last_one_stays()
    {
        const int Changes = 20;
        await using RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""), [Builds.CountingV1]);
        for (int i = 1; i <= Changes; i++)
            Builds.EditManifest(host["PluginIr.Fixtures.CountingV1"], m => m["version"] = $"1.0.{i}");
        await RunningHost.Until(() => host.Plugins.Plugins[0].Version == $"1.0.{Changes}", TestContext.Current.CancellationToken);
        Assert.InRange(host.Plugins.Swaps, 1, 2);
    }

    [Fact]
    public async Task Health_is_degraded_by_a_refused_plugin_and_good_without()
    {
        await using (RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""), [Builds.CountingV1]))
            Assert.Equal(HealthStatus.Healthy, (await host.HealthAsync()).Status);
        await using (RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""), [Builds.CountingV1, Builds.Throwing]))
        {
            HealthReport report = await host.HealthAsync();
            Assert.Equal(HealthStatus.Degraded, report.Status);
            Assert.Contains("was asked whether it is supported", report.Entries["pluginir"].Description);
        }
    }

    [Fact]
    public async Task A_missing_plugins_folder_is_a_warning_not_a_failure()
    {
        await using RunningHost host = await RunningHost.StartAsync("""{ "PluginIr": { "Plugins": ["nowhere"] } }""", []);
        Assert.Contains(host.Log.Records, r => r is { EventId: 207, Level: LogLevel.Warning } && r.Message.Contains("nowhere"));
    }
}
