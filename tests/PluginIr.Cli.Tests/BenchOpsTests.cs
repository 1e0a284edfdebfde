using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

/// <summary>bench ops without peers: what tests can say of it without timing anything.</summary>
public sealed class BenchOpsTests
{
    [Fact]
    public async Task Every_case_is_reported_with_the_documented_keys_and_figures_that_can_be()
    {
        CommandResult result = await Pluginir.RunAsync(
            "bench", "ops", "--quick", "--op", "rms_norm", "linear", "dynamic_quant_fp8", "--dtype", "f32", "--rows", "1", "--hidden", "1024",
            "--threads", "1", "2", "--json");
        Assert.Equal(0, result.ExitCode);
        JsonArray cases = result.Json.AsArray();
        Assert.Equal(["dynamic_quant_fp8", "linear", "rms_norm"], cases.Select(c => (string)c!["op"]!).Distinct().Order());
        Assert.All(cases.GroupBy(c => (string)c!["op"]!), op => Assert.Equal([1, 2], op.Select(c => (int)c!["threads"]!).Distinct()));
        Assert.All(cases, c =>
        {
            Assert.Equal(
                ["best_peer", "cold", "dtype", "hidden", "limit_fraction", "op", "ours_us", "peers", "ratio", "rows", "threads"],
                c!.AsObject().Select(p => p.Key).Order());
            Assert.Equal(["loop"], c["peers"]!.AsObject().Select(p => p.Key));
            Assert.Equal(("loop", "f32"), ((string)c["best_peer"]!, (string)c["dtype"]!));
            Assert.True((double)c["ours_us"]! > 0 && (double)c["ratio"]! > 0 && (double)c["limit_fraction"]! >= 0);
            Assert.Equal((double)c["peers"]!["loop"]! / (double)c["ours_us"]!, (double)c["ratio"]!, 0.001 + (0.01 * (double)c["ratio"]!));
        });
    }

    [Fact]
    public async Task Any_op_can_be_measured_cold_and_the_result_says_so()
    {
        CommandResult result = await Pluginir.RunAsync(
            "bench", "ops", "--quick", "--op", "rms_norm", "--dtype", "f32", "--rows", "1024", "--hidden", "1024", "--threads", "1", "--cold", "--json");
        Assert.Equal(0, result.ExitCode);
        JsonNode only = Assert.Single(result.Json.AsArray())!;
        Assert.Equal((true, 1024), ((bool)only["cold"]!, (int)only["rows"]!));

        // The tensors of a copy have 8 MiB and the weight: 32 of them are 256 MiB.
        Assert.Contains("rms_norm f32 1024x1024 cold over 32 copies, 1 threads", result.Error);
    }

    [Fact]
    public async Task Without_cold_only_listed_cases_are_measured_both_ways()
    {
        CommandResult result = await Pluginir.RunAsync(
            "bench", "ops", "--quick", "--op", "attention", "--dtype", "bf16", "--rows", "2", "512", "--hidden", "256", "2048", "--threads", "1", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            ["2x2048", "2x256", "512x2048", "512x2048 cold", "512x256"],
            result.Json.AsArray().Select(c => $"{c!["rows"]}x{c["hidden"]}{((bool)c["cold"]! ? " cold" : "")}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_computes_something_else_than_native_is_not_timed_but_named()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Wrong"));
        CommandResult result = await Pluginir.RunUnprovedAsync(
            "bench", "ops", "--quick", "--op", "rms_norm", "--dtype", "bf16", "--rows", "2", "--hidden", "64", "--threads", "1",
            "--plugins", plugins.Path, "--priority", "rms_norm=wrong", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("rms_norm bf16 2x64: ours is wrong", result.Error);
        Assert.Contains("Element 127 of output 0", result.Error);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_baseline_of_the_same_build_takes_the_peers_place_and_has_the_same_bits()
    {
        JsonNode only = await CompareAsync(Pluginir.Plugins);
        Assert.Equal((true, "cpu_simd"), ((bool)only["same_bits"]!, (string)only["baseline_provider"]!));
        Assert.Equal(["baseline"], only["peers"]!.AsObject().Select(p => p.Key));
        Assert.Equal("baseline", (string)only["best_peer"]!);
        Assert.Equal((double)only["peers"]!["baseline"]! / (double)only["ours_us"]!, (double)only["ratio"]!, 0.001 + (0.01 * (double)only["ratio"]!));
    }

    [Fact]
    public async Task A_baseline_that_adds_up_in_another_order_is_compared_and_said_to_differ()
    {
        // Its provider is named in no list, so that native serves.
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.CountingV1"));
        JsonNode only = await CompareAsync(plugins.Path);
        Assert.Equal((false, "native"), ((bool)only["same_bits"]!, (string)only["baseline_provider"]!));
    }

    [Fact]
    public async Task A_baseline_without_what_the_priority_names_is_refused_by_its_name()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.CountingV1"));
        CommandResult result = await Pluginir.RunAsync(
            "bench", "ops", "--quick", "--plugins", plugins.Path, "--priority", "rms_norm=counting", "--baseline", Pluginir.Plugins);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"--baseline '{Pluginir.Plugins}': ", result.Error);
        Assert.Contains("'counting'", result.Error);
    }

    [Fact]
    public async Task A_case_of_any_size_can_be_asked_for_and_is_saved_with_the_machine_and_the_command_but_no_folder_of_it()
    {
        string folder = Directory.CreateTempSubdirectory("pluginir-tests-").FullName;
        try
        {
            CommandResult result = await Pluginir.RunAsync(
                "bench", "ops", "--quick", "--op", "silu_and_mul", "--dtype", "bf16", "--rows", "3", "--hidden", "65", "--threads", "1", "--out", folder,
                "--baseline", Pluginir.Plugins);
            Assert.Equal(0, result.ExitCode);
            JsonNode saved = Assert.Single(JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "ops.json")))!.AsArray())!;
            Assert.Equal(("bf16", 3, 65), ((string)saved["dtype"]!, (int)saved["rows"]!, (int)saved["hidden"]!));
            JsonNode machine = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "machine.json")))!;
            Assert.Equal(2, machine["limits"]!.AsArray().Count);
            Assert.Equal(
                "pluginir bench ops --quick --op silu_and_mul --dtype bf16 --rows 3 --hidden 65 --threads 1 --baseline …", (string)machine["command"]!);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("--op must be one of", "--op", "rms_nrom")]
    [InlineData("--rows must be at least 1", "--rows", "0")]
    [InlineData("--threads must be at least 1", "--threads", "0")]
    [InlineData("--cold takes cases with at least 1024 KiB of tensors, copies of which no cache holds; rms_norm f32 1x1024 cold has", "--op", "rms_norm", "--dtype", "f32", "--rows", "1", "--hidden", "1024", "--cold")]
    [InlineData("--dtype must be one of", "--dtype", "i32")]
    [InlineData("--plot needs --peers", "--plot", "plot.png")]
    [InlineData("does not exist", "--peers", "nowhere")]
    [InlineData("--baseline: the folder", "--baseline", "nowhere")]
    [InlineData("--baseline compares with those plugins alone", "--baseline", ".", "--peers", "nowhere")]
    public async Task What_cannot_be_measured_is_refused_with_what_is_expected(string saying, params string[] options)
    {
        CommandResult result = await Pluginir.RunAsync(["bench", "ops", "--quick", .. options]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(saying, result.Error);
    }

    private static async Task<JsonNode> CompareAsync(string baseline)
    {
        CommandResult result = await Pluginir.RunAsync(
            "bench", "ops", "--quick", "--op", "rms_norm", "--dtype", "f32", "--rows", "64", "--hidden", "1000", "--threads", "1", "--json", "--baseline", baseline);
        Assert.Equal(0, result.ExitCode);
        return Assert.Single(result.Json.AsArray())!;
    }
}
