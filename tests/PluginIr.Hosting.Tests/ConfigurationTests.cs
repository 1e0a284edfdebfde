using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Runtime.Priority;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>What a host reads of its configuration when it starts, and what it refuses.</summary>
public sealed class ConfigurationTests
{
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
        await using RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""), [Builds.CountingV1, Builds.CpuSimd]);
        Assert.Equal("cpu_simd", host.First("rms_norm"));
        Assert.DoesNotContain("counting", host.Runtime.Registry.Priority.ChoiceOf("rms_norm").Order);
    }

    [Fact]
    public async Task The_users_list_goes_before_the_platforms()
    {
        await using RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""" "Priority": { "rms_norm": ["counting"] } """), [Builds.CountingV1, Builds.CpuSimd]);
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
            () => RunningHost.StartAsync(RunningHost.Settings(settings), [Builds.CountingV1]));
        Assert.All(saying, text => Assert.Contains(text, refused.Message));
    }

    [Fact]
    public async Task A_stranger_in_the_platforms_order_is_warned_of_once_and_passed_over()
    {
        await using RunningHost host = await RunningHost.StartAsync(RunningHost.Settings(""" "PlatformDefaults": ["cpu_smid", "rocm", "counting"] """), [Builds.CountingV1]);
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
            RunningHost.Settings(""), [Builds.CountingV1], o => o with { LoadTimeout = TimeSpan.FromDays(60), Threads = 0 }));
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
        string json = RunningHost.Settings(""" "LoadTimeout": "00:01:30", "DrainDeadline": "1.00:00:00", "SettleTime": "0:0:0", "ProofTime": "00:00:00.5" """);
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
            () => RunningHost.StartAsync(RunningHost.Settings(""" "Priority": { "rms_norm": ["throwing"] } """), [Builds.Throwing]));
        Assert.Contains("'throwing'", refused.Problems[0]);
        Assert.Contains("was asked whether it is supported", refused.Problems[1]);
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

    [Fact]
    public async Task The_policy_to_fail_makes_a_call_fail_that_the_named_provider_declines()
    {
        string json = RunningHost.Settings(""" "Priority": { "rms_norm": "cpu_simd" }, "WhenUnavailable": { "rms_norm": "fail" } """);
        await using RunningHost host = await RunningHost.StartAsync(json, [Builds.CpuSimd]);
        Assert.Equal("cpu_simd", Assert.Single(host.Runtime.Registry.OrderOf(host.Runtime.Registry.Op("rms_norm"), DeviceKind.Cpu)).Provider.Name);
        Assert.Equal(WhenUnavailable.Fail, host.Runtime.Registry.Priority.ChoiceOf("rms_norm").Policy);
    }
}
