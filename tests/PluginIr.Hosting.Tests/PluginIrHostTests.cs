using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Runtime.Priority;
using Xunit;

namespace PluginIr.Hosting.Tests;

public sealed class PluginIrHostTests
{
    private const int Limit = 60_000;

    [Theory]
    [InlineData("""{ "PluginIr": { "Plugins": ["plugins"], "Priority": { "rms_norm": ["counting", "native"] } } }""")]
    [InlineData("""{ "PluginIr": { "Plugins": "plugins", "Priority": { "rms_norm": "counting, native" } } }""")]
    [InlineData("""{ "PluginIr": { "Plugins": ["plugins"], "Priority": "rms_norm=counting,native" } }""")]
    [InlineData("""{ "PluginIr": { "Plugins": ["plugins"], "Priority": { "*": ["counting"] } } }""")]
    public async Task A_list_an_array_or_one_text_says_who_comes_first(string json)
    {
        await using RunningHost host = await RunningHost.StartAsync(json, [Builds.CountingV1]);
        Assert.Equal("counting", host.First("rms_norm"));
        Assert.Equal("native", host.First("silu_and_mul"));
    }

    [Fact]
    public async Task Without_a_list_of_the_users_the_platforms_order_holds_and_names_no_strangers()
    {
        await using RunningHost host = await RunningHost.StartAsync(Settings(""), [Builds.CountingV1, Builds.CpuSimd]);
        Assert.Equal("cpu_simd", host.First("rms_norm"));
        Assert.DoesNotContain("counting", host.Runtime.Registry.Priority.ChoiceOf("rms_norm").Order);
    }

    [Fact]
    public async Task The_users_list_goes_before_the_platforms()
    {
        await using RunningHost host = await RunningHost.StartAsync(Settings(""" "Priority": { "rms_norm": ["counting"] } """), [Builds.CountingV1, Builds.CpuSimd]);
        Assert.Equal(["counting", "cuda", "rocm", "cpu_simd", "native"], host.Runtime.Registry.Priority.ChoiceOf("rms_norm").Order);
        Assert.Equal("counting", host.First("rms_norm"));
    }

    [Theory]
    [InlineData(""" "Priority": { "rms_nrom": ["counting"] } """, "'rms_nrom'", "'rms_norm'")]
    [InlineData(""" "Priority": { "rms_norm": ["countin"] } """, "'countin'", "'counting'")]
    [InlineData(""" "Priority": { "rms_norm": ["counting", ""] } """, "PluginIr:Priority:rms_norm", "a list of names")]
    [InlineData(""" "Priority": "rms_norm" """, "'rms_norm' is not a priority", "OP=PROVIDER")]
    [InlineData(""" "WhenUnavailable": { "rms_norm": "explode" } """, "PluginIr:WhenUnavailable:rms_norm", "Fallback or Fail")]
    [InlineData(""" "Watch": "perhaps" """, "PluginIr:Watch", "'perhaps'")]
    [InlineData(""" "SettleTime": "-1" """, "PluginIr:SettleTime", "'-1'")]
    [InlineData(""" "SettleTime": "-00:00:01" """, "PluginIr:SettleTime must be a time from 00:00:00 to", "'-00:00:01'")]
    [InlineData(""" "LoadTimeout": "60" """, "PluginIr:LoadTimeout must be a time", "00:01:00 for a minute", "'60'")]
    [InlineData(""" "LoadTimeout": "00:00:00" """, "PluginIr:LoadTimeout must be a time from 00:00:00.0010000")]
    [InlineData(""" "LoadTimeout": "25.00:00:00" """, "PluginIr:LoadTimeout must be a time from", "to 24.20:31:23", "'25.00:00:00'")]
    [InlineData(""" "DrainDeadline": "24:00:00" """, "PluginIr:DrainDeadline must be a time", "'24:00:00'")]
    [InlineData(""" "DisposeTimeout": "60", "DrainDeadline": "60" """, "PluginIr:DisposeTimeout", "PluginIr:DrainDeadline")]
    [InlineData(""" "MaxFaults": 0 """, "PluginIr:MaxFaults", "a number from 1", "'0'")]
    [InlineData(""" "Threads": 0 """, "PluginIr:Threads", "a number from 1", "'0'")]
    [InlineData(""" "Prioritty": "rms_norm=native" """, "PluginIr:Prioritty is not a setting", "'Priority'")]
    [InlineData(""" "Fusions": { "add_rms_norm": "sometimes" } """, "PluginIr:Fusions:add_rms_norm must be WhenServed, Always, Never; found 'sometimes'")]
    [InlineData(""" "Fusions": { "add_rms_nrom": "Always", "linear_argmax": "Never" } """, "PluginIr:Fusions: Unknown fusion 'add_rms_nrom'. Did you mean 'add_rms_norm'")]
    [InlineData(""" "WhenUnavailable": { "gelu_new": "fail" }, "Priority": { "gelu_new": "counting" } """, "'gelu_new' must be served by counting", "no kernel of this op")]
    public async Task A_bad_configuration_is_refused_at_start_with_what_was_meant(string settings, params string[] saying)
    {
        PluginIrOptionsException refused = await Assert.ThrowsAsync<PluginIrOptionsException>(
            () => RunningHost.StartAsync(Settings(settings), [Builds.CountingV1]));
        Assert.All(saying, text => Assert.Contains(text, refused.Message));
    }

    [Fact]
    public async Task A_stranger_in_the_platforms_order_is_warned_of_once_and_passed_over()
    {
        await using RunningHost host = await RunningHost.StartAsync(Settings(""" "PlatformDefaults": ["cpu_smid", "rocm", "counting"] """), [Builds.CountingV1]);
        LogRecord warning = Assert.Single(host.Log.Records, r => r.EventId == 302);
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Contains("names the provider 'cpu_smid'", warning.Message);
        Assert.Contains("Did you mean 'cpu_simd'?", warning.Message);
        Assert.Equal("counting", host.First("rms_norm"));
    }

    [Fact]
    public async Task Options_from_code_are_held_to_the_same_ranges()
    {
        PluginIrOptionsException refused = await Assert.ThrowsAsync<PluginIrOptionsException>(() => RunningHost.StartAsync(
            Settings(""), [Builds.CountingV1], o => o with { LoadTimeout = TimeSpan.FromDays(60), Threads = 0 }));
        Assert.Equal(2, refused.Problems.Count);
        Assert.Contains("PluginIr:LoadTimeout must be a time from", refused.Problems[0]);
        Assert.Contains("'60.00:00:00'", refused.Problems[0]);

        await using var folders = new PluginFolders();
        folders.Options = folders.Options with { DrainDeadline = Timeout.InfiniteTimeSpan };
        Assert.Contains("PluginIr:DrainDeadline", (await Assert.ThrowsAsync<PluginIrOptionsException>(() => folders.InstallAsync(Builds.CountingV1, "counting"))).Message);
        Assert.Empty(folders.Host.Plugins);
    }

    [Fact]
    public async Task Times_are_read_as_hours_minutes_and_seconds_and_may_be_zero_where_nothing_is_waited_for()
    {
        string json = Settings(""" "LoadTimeout": "00:01:30", "DrainDeadline": "1.00:00:00", "SettleTime": "0:0:0", "ProofTime": "00:00:00.5" """);
        PluginIrOptions? read = null;
        await using RunningHost host = await RunningHost.StartAsync(json, [], o => read = o);
        Assert.Equal(
            (TimeSpan.FromSeconds(90), TimeSpan.FromDays(1), TimeSpan.Zero, TimeSpan.FromMilliseconds(500)),
            (read!.LoadTimeout, read.DrainDeadline, read.SettleTime, read.ProofTime));
    }

    [Fact]
    public async Task A_provider_that_is_not_there_because_its_plugin_was_refused_is_reported_with_that_reason()
    {
        PluginIrOptionsException refused = await Assert.ThrowsAsync<PluginIrOptionsException>(
            () => RunningHost.StartAsync(Settings(""" "Priority": { "rms_norm": ["throwing"] } """), [Builds.Throwing]));
        Assert.Contains("'throwing'", refused.Problems[0]);
        Assert.Contains("was asked whether it is supported", refused.Problems[1]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_changed_file_is_put_in_force_and_the_topmost_layers_list_is_the_whole_list()
    {
        await using RunningHost host = await RunningHost.StartAsync(Settings(""" "Priority": { "rms_norm": ["counting", "cpu_simd"] } """), [Builds.CountingV1, Builds.CpuSimd]);
        File.WriteAllText(host.SettingsFile, Settings(""" "Priority": { "rms_norm": ["native"] } """));
        await RunningHost.Until(() => host.First("rms_norm") == "native", TestContext.Current.CancellationToken);
        Assert.Equal(["native"], host.Runtime.Registry.Priority.Lists["rms_norm"]);
    }

    [Fact(Timeout = Limit)]
    public async Task Threads_are_as_many_as_processors_or_as_configured_and_may_be_changed()
    {
        await using (RunningHost host = await RunningHost.StartAsync(Settings(""), []))
            Assert.Equal(Environment.ProcessorCount, host.Runtime.Threads);
        await using (RunningHost host = await RunningHost.StartAsync(Settings(""" "Threads": 7 """), []))
        {
            Assert.Equal(7, host.Runtime.Threads);
            File.WriteAllText(host.SettingsFile, Settings(""" "Threads": 3 """));
            await RunningHost.Until(() => host.Runtime.Threads == 3, TestContext.Current.CancellationToken);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(""" { "PluginIr": { "Plugins": ["plugins"], "Priority": { "rms_norm": ["countin"] } } } """, "'countin'")]
    [InlineData(""" { "PluginIr": { "Plugins": ["plugins"], """, "settings.json")]
    public async Task A_bad_change_is_logged_and_the_last_good_configuration_stays(string json, string saying)
    {
        await using RunningHost host = await RunningHost.StartAsync(Settings(""" "Priority": { "rms_norm": ["counting"] } """), [Builds.CountingV1]);
        File.WriteAllText(host.SettingsFile, json);
        await RunningHost.Until(() => host.Log.Records.Any(r => r is { EventId: 301, Level: LogLevel.Error }), TestContext.Current.CancellationToken);
        Assert.Contains(host.Log.Records, r => r.EventId == 301 && r.Message.Contains(saying));
        Assert.Equal("counting", host.First("rms_norm"));

        // And a good change after it is put in force.
        File.WriteAllText(host.SettingsFile, Settings(""" "Priority": { "rms_norm": ["native"] } """));
        await RunningHost.Until(() => host.First("rms_norm") == "native", TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task A_settings_file_that_is_gone_changes_nothing_and_one_that_is_back_is_followed_again()
    {
        string settings = Settings(""" "Priority": { "rms_norm": ["counting"] } """);
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

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public void A_broken_file_that_need_not_be_there_holds_up_no_change_once_it_is_gone_or_empty(string? mended)
    {
        using var folder = new TemporaryFolder();
        string main = folder["main.json"], local = folder["local.json"];
        File.WriteAllText(main, """{ "PluginIr": { "MaxFaults": 3 } }""");
        File.WriteAllText(local, """{ "Other": 1 }""");
        IConfigurationRoot root = new ConfigurationBuilder().AddJsonFile(main).AddJsonFile(local, optional: true).Build();
        var log = new LogCapture();
        using var configuration = new PluginIrConfiguration(root, code: null, log.For<PluginIrConfiguration>());
        var applied = new List<int>();
        configuration.Follow(o => applied.Add(o.MaxFaults));

        File.WriteAllText(local, "{ broken");
        Assert.Throws<InvalidDataException>(root.Reload);
        File.WriteAllText(main, """{ "PluginIr": { "MaxFaults": 4 } }""");
        Assert.Throws<InvalidDataException>(root.Reload);
        Assert.Empty(applied);
        if (mended is null)
            File.Delete(local);
        else
            File.WriteAllText(local, mended);
        root.Reload();
        Assert.Equal([4], applied);
        File.WriteAllText(main, """{ "PluginIr": { "MaxFaults": 5 } }""");
        root.Reload();
        Assert.Equal([4, 5], applied);
    }

    [Theory]
    [InlineData(""" { "PluginIr": { "MaxFaults": 0 } } """, """ { "PluginIr": { "MaxFaults": -1 } } """, "MaxFaults", "-1")]
    [InlineData("{\n broken", "{\n\n broken", "LineNumber: 1 | BytePositionInLine: 1", "LineNumber: 2 | BytePositionInLine: 1")]
    public void A_bad_file_is_logged_once_for_several_reloads_and_again_when_it_is_bad_otherwise_or_was_good_meanwhile(
        string bad, string worse, string saying, string sayingOfWorse)
    {
        using var folder = new TemporaryFolder();
        string file = folder["main.json"];
        const string Good = """{ "PluginIr": { "MaxFaults": 3 } }""";
        File.WriteAllText(file, Good);
        IConfigurationRoot root = new ConfigurationBuilder().AddJsonFile(file).Build();
        var log = new LogCapture();
        using var configuration = new PluginIrConfiguration(root, code: null, log.For<PluginIrConfiguration>());
        configuration.Follow(_ => { });

        Reload(bad, 2);
        Assert.Contains(saying, Assert.Single(Refusals()).Message);
        configuration.TryAgain();
        Assert.Single(Refusals());
        Reload(worse, 2);
        Assert.Contains(sayingOfWorse, Refusals()[1].Message);
        Reload(Good, 1);
        Reload(worse, 2);
        Assert.Equal(3, Refusals().Length);

        LogRecord[] Refusals() => [.. log.Records.Where(r => r.EventId == 301)];

        void Reload(string text, int times)
        {
            File.WriteAllText(file, text);
            for (int i = 0; i < times; i++)
            {
                // One that is not JSON throws: its file's own notification would catch it.
                if (text.Contains("broken"))
                    Assert.Throws<InvalidDataException>(root.Reload);
                else
                    root.Reload();
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void While_a_file_is_broken_no_change_is_applied_whether_it_is_a_layer_of_its_own_or_in_a_chained_configuration(bool isChained)
    {
        using var folder = new TemporaryFolder();
        string local = folder["local.json"];
        File.WriteAllText(local, """{ "PluginIr": { "MaxFaults": 4 } }""");
        IConfigurationRoot inner = new ConfigurationBuilder().AddJsonFile(local).Build();
        IConfigurationBuilder builder = new ConfigurationBuilder().AddInMemoryCollection([new("PluginIr:Threads", "1")]);
        IConfigurationRoot root = (isChained ? builder.AddConfiguration(inner) : builder.AddJsonFile(local)).Build();
        IConfigurationRoot holder = isChained ? inner : root;
        var log = new LogCapture();
        using var configuration = new PluginIrConfiguration(root, code: null, log.For<PluginIrConfiguration>());
        var applied = new List<(int, int)>();
        configuration.Follow(o => applied.Add((o.Threads, o.MaxFaults)));

        File.WriteAllText(local, "{ broken");
        Assert.Throws<InvalidDataException>(holder.Reload);
        root["PluginIr:Threads"] = "2";
        Assert.Contains("local.json", Assert.Single(log.Records, r => r.EventId == 301).Message);
        configuration.TryAgain();
        Assert.Empty(applied);

        File.WriteAllText(local, """{ "PluginIr": { "MaxFaults": 5 } }""");
        holder.Reload();
        Assert.Equal([(2, 5)], applied);
    }

    [Fact]
    public void A_change_between_reading_the_options_and_following_them_is_applied()
    {
        IConfigurationRoot root = new ConfigurationBuilder().AddInMemoryCollection([new("PluginIr:MaxFaults", "3")]).Build();
        using var configuration = new PluginIrConfiguration(root, code: null, new LogCapture().For<PluginIrConfiguration>());
        root["PluginIr:MaxFaults"] = "5";
        root.Reload();
        int applied = 0;
        configuration.Follow(o => applied = o.MaxFaults);
        Assert.Equal((5, 5), (applied, configuration.Current.MaxFaults));
    }

    [Theory]
    [InlineData("rms_norm=cpu_simd", "native")]
    [InlineData("gelu_new=cpu_simd", "native")]
    public void What_a_higher_layer_says_of_one_op_goes_over_a_lower_ones_text_of_several(string below, string above)
    {
        IConfigurationRoot root = new ConfigurationBuilder()
            .AddInMemoryCollection([new("PluginIr:Priority:gelu_fast", "counting"), new("PluginIr:Priority", below)])
            .AddInMemoryCollection([new("PluginIr:Priority:rms_norm", above)]).Build();
        PriorityTable table = PluginIrOptions.Read(root).Priority;
        Assert.Equal([above], table.Lists["rms_norm"]);
        Assert.Equal(["counting"], table.Lists["gelu_fast"]);
        string other = below.Split('=')[0];
        Assert.Equal(other == "rms_norm" ? above : "cpu_simd", Assert.Single(table.Lists[other]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_change_that_names_a_plugin_to_come_is_put_in_force_when_it_has_come()
    {
        await using RunningHost host = await RunningHost.StartAsync(Settings(""), [Builds.CpuSimd]);
        File.WriteAllText(host.SettingsFile, Settings(""" "Priority": { "rms_norm": ["counting"] } """));
        await RunningHost.Until(() => host.Log.Records.Any(r => r.EventId == 301), TestContext.Current.CancellationToken);
        Builds.Install(Builds.CountingV1, host["counting"]);
        await RunningHost.Until(() => host.First("rms_norm") == "counting", TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task A_build_that_is_written_over_the_folder_serves_without_anything_else_being_done()
    {
        await using RunningHost host = await RunningHost.StartAsync(Settings(""), [Builds.CountingV1]);
        Builds.Install(Builds.CountingV2, host["PluginIr.Fixtures.CountingV1"]);
        await RunningHost.Until(() => host.Plugins.Swaps == 1, TestContext.Current.CancellationToken);
        Assert.Contains(host.Log.Records, r => r.EventId == 200 && r.Message.Contains("Counting 2.0.0 (generation 2)"));
    }

    [Fact(Timeout = Limit)]
    public async Task Folders_are_followed_from_when_the_configuration_says_so_until_it_says_otherwise()
    {
        await using RunningHost host = await RunningHost.StartAsync(Settings(""" "Watch": false """), [Builds.CountingV1]);
        string folder = host["PluginIr.Fixtures.CountingV1"];
        Builds.Install(Builds.CountingV2, folder);
        File.WriteAllText(host.SettingsFile, Settings(""" "Watch": false, "MaxFaults": 4 """));
        await RunningHost.Until(() => host.Runtime.MaxFaults == 4, TestContext.Current.CancellationToken);
        Assert.Equal(0, host.Plugins.Swaps);

        File.WriteAllText(host.SettingsFile, Settings(""" "Watch": true, "MaxFaults": 5 """));
        await RunningHost.Until(() => host.Plugins.Swaps == 1, TestContext.Current.CancellationToken);

        File.WriteAllText(host.SettingsFile, Settings(""" "Watch": false, "MaxFaults": 6 """));
        await RunningHost.Until(() => host.Runtime.MaxFaults == 6 && !host.Service.IsFollowing, TestContext.Current.CancellationToken);
        File.WriteAllText(host.SettingsFile, Settings(""" "Watch": true, "MaxFaults": 7 """));
        await RunningHost.Until(() => host.Service.IsFollowing, TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task Many_changes_at_once_are_taken_in_once_or_twice_and_the_last_one_stays()
    {
        const int Changes = 20;
        await using RunningHost host = await RunningHost.StartAsync(Settings(""), [Builds.CountingV1]);
        for (int i = 1; i <= Changes; i++)
            Builds.EditManifest(host["PluginIr.Fixtures.CountingV1"], m => m["version"] = $"1.0.{i}");
        await RunningHost.Until(() => host.Plugins.Plugins[0].Version == $"1.0.{Changes}", TestContext.Current.CancellationToken);
        Assert.InRange(host.Plugins.Swaps, 1, 2);
    }

    [Fact]
    public async Task Health_is_degraded_by_a_refused_plugin_and_good_without()
    {
        await using (RunningHost host = await RunningHost.StartAsync(Settings(""), [Builds.CountingV1]))
            Assert.Equal(HealthStatus.Healthy, (await host.HealthAsync()).Status);
        await using (RunningHost host = await RunningHost.StartAsync(Settings(""), [Builds.CountingV1, Builds.Throwing]))
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

    [Fact]
    public async Task The_policy_to_fail_makes_a_call_fail_that_the_named_provider_declines()
    {
        string json = Settings(""" "Priority": { "rms_norm": "cpu_simd" }, "WhenUnavailable": { "rms_norm": "fail" } """);
        await using RunningHost host = await RunningHost.StartAsync(json, [Builds.CpuSimd]);
        Assert.Equal("cpu_simd", Assert.Single(host.Runtime.Registry.OrderOf(host.Runtime.Registry.Op("rms_norm"), DeviceKind.Cpu)).Provider.Name);
        Assert.Equal(WhenUnavailable.Fail, host.Runtime.Registry.Priority.ChoiceOf("rms_norm").Policy);
    }

    private static string Settings(string more) => $$"""{ "PluginIr": { "Plugins": ["plugins"]{{(more.Length == 0 ? "" : "," + more)}} } }""";
}
