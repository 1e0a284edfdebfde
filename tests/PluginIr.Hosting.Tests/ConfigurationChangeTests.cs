using Microsoft.Extensions.Logging;
using PluginIr.Hosting.Tests.Support;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>What a running host does when its settings file changes.</summary>
public sealed class ConfigurationChangeTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task A_changed_file_is_put_in_force_and_the_topmost_layers_list_is_the_whole_list()
    {
        await using RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""" "Priority": { "rms_norm": ["counting", "cpu_simd"] } """), [Builds.CountingV1, Builds.CpuSimd]);
        File.WriteAllText(host.SettingsFile, RunningHost.Settings(""" "Priority": { "rms_norm": ["native"] } """));
        await RunningHost.Until(() => host.First("rms_norm") == "native", TestContext.Current.CancellationToken);
        Assert.Equal(["native"], host.Runtime.Registry.Priority.Lists["rms_norm"]);
    }

    [Fact(Timeout = Limit)]
    public async Task Threads_are_as_many_as_processors_or_as_configured_and_may_be_changed()
    {
        await using (RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""), []))
            Assert.Equal(Environment.ProcessorCount, host.Runtime.Threads);
        await using (RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""" "Threads": 7 """), []))
        {
            Assert.Equal(7, host.Runtime.Threads);
            File.WriteAllText(host.SettingsFile, RunningHost.Settings(""" "Threads": 3 """));
            await RunningHost.Until(() => host.Runtime.Threads == 3, TestContext.Current.CancellationToken);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(""" { "PluginIr": { "Plugins": ["plugins"], "Priority": { "rms_norm": ["countin"] } } } """, "'countin'")]
    [InlineData(""" { "PluginIr": { "Plugins": ["plugins"], """, "settings.json")]
    public async Task A_bad_change_is_logged_and_the_last_good_configuration_stays(string json, string saying)
    {
        await using RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""" "Priority": { "rms_norm": ["counting"] } """), [Builds.CountingV1]);
        File.WriteAllText(host.SettingsFile, json);
        await RunningHost.Until(() => host.Log.Records.Any(r => r is { EventId: 301, Level: LogLevel.Error }), TestContext.Current.CancellationToken);
        Assert.Contains(host.Log.Records, r => r.EventId == 301 && r.Message.Contains(saying));
        Assert.Equal("counting", host.First("rms_norm"));

        // And a good change after it is put in force.
        File.WriteAllText(host.SettingsFile, RunningHost.Settings(""" "Priority": { "rms_norm": ["native"] } """));
        await RunningHost.Until(() => host.First("rms_norm") == "native", TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task A_settings_file_that_is_gone_changes_nothing_and_one_that_is_back_is_followed_again()
    {
        string settings = RunningHost.Settings(""" "Priority": { "rms_norm": ["counting"] } """);
        await using RunningHost host = await RunningHost.StartAsync(settings, [Builds.CountingV1, Builds.CpuSimd]);
        File.Delete(host.SettingsFile);
        await RunningHost.Until(() => host.Log.Records.Any(r => r.EventId == 301), TestContext.Current.CancellationToken);
        Assert.Contains("settings.json is gone. Put it back.", Assert.Single(host.Log.Records, r => r.EventId == 301).Message);
        Assert.Equal("counting", host.First("rms_norm"));
        Assert.DoesNotContain(host.Log.Records, r => r.EventId == 203);

        File.WriteAllText(host.SettingsFile, settings.Replace("counting", "native"));
        await RunningHost.Until(() => host.First("rms_norm") == "native", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(host.Log.Records, r => r.EventId == 203);
    }

    [Fact(Timeout = Limit)]
    public async Task A_change_that_names_a_plugin_to_come_is_put_in_force_when_it_has_come()
    {
        await using RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""), [Builds.CpuSimd]);
        File.WriteAllText(host.SettingsFile, RunningHost.Settings(""" "Priority": { "rms_norm": ["counting"] } """));
        await RunningHost.Until(() => host.Log.Records.Any(r => r.EventId == 301), TestContext.Current.CancellationToken);
        Builds.Install(Builds.CountingV1, host["counting"]);
        await RunningHost.Until(() => host.First("rms_norm") == "counting", TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task Folders_are_followed_from_when_the_configuration_says_so_until_it_says_otherwise()
    {
        await using RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""" "Watch": false """), [Builds.CountingV1]);
        string folder = host["PluginIr.Fixtures.CountingV1"];
        Builds.Install(Builds.CountingV2, folder);
        File.WriteAllText(host.SettingsFile, RunningHost.Settings(""" "Watch": false, "MaxFaults": 4 """));
        await RunningHost.Until(() => host.Runtime.MaxFaults == 4, TestContext.Current.CancellationToken);
        Assert.Equal(0, host.Plugins.Swaps);

        File.WriteAllText(host.SettingsFile, RunningHost.Settings(""" "Watch": true, "MaxFaults": 5 """));
        await RunningHost.Until(() => host.Plugins.Swaps == 1, TestContext.Current.CancellationToken);

        File.WriteAllText(host.SettingsFile, RunningHost.Settings(""" "Watch": false, "MaxFaults": 6 """));
        await RunningHost.Until(() => host.Runtime.MaxFaults == 6 && !host.Service.IsFollowing, TestContext.Current.CancellationToken);
        File.WriteAllText(host.SettingsFile, RunningHost.Settings(""" "Watch": true, "MaxFaults": 7 """));
        await RunningHost.Until(() => host.Service.IsFollowing, TestContext.Current.CancellationToken);
    }
}
