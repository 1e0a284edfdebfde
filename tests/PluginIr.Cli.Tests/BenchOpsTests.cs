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
                ["best_peer", "dtype", "hidden", "limit_fraction", "op", "ours_us", "peers", "ratio", "rows", "threads"],
                c!.AsObject().Select(p => p.Key).Order());
            Assert.Equal(["loop"], c["peers"]!.AsObject().Select(p => p.Key));
            Assert.Equal(("loop", "f32"), ((string)c["best_peer"]!, (string)c["dtype"]!));
            Assert.True((double)c["ours_us"]! > 0 && (double)c["ratio"]! > 0 && (double)c["limit_fraction"]! >= 0);
            Assert.Equal((double)c["peers"]!["loop"]! / (double)c["ours_us"]!, (double)c["ratio"]!, 0.001 + (0.01 * (double)c["ratio"]!));
        });
    }

    [Fact]
    public async Task What_computes_something_else_than_native_is_not_timed_but_named()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Wrong"));
        var unproved = new Dictionary<string, string> { ["PLUGINIR_PROOF"] = "Off" };
        CommandResult result = await Pluginir.RunAsync(
            unproved, "bench", "ops", "--quick", "--op", "rms_norm", "--dtype", "bf16", "--rows", "2", "--hidden", "64", "--threads", "1",
            "--plugins", plugins.Path, "--priority", "rms_norm=wrong", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("rms_norm bf16 2x64: ours is wrong", result.Error);
        Assert.Contains("Element 127 of output 0", result.Error);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_case_of_any_size_can_be_asked_for_and_is_saved_with_the_machine()
    {
        string folder = Directory.CreateTempSubdirectory("pluginir-tests-").FullName;
        try
        {
            CommandResult result = await Pluginir.RunAsync(
                "bench", "ops", "--quick", "--op", "silu_and_mul", "--dtype", "bf16", "--rows", "3", "--hidden", "65", "--threads", "1", "--out", folder);
            Assert.Equal(0, result.ExitCode);
            JsonNode saved = Assert.Single(JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "ops.json")))!.AsArray())!;
            Assert.Equal(("bf16", 3, 65), ((string)saved["dtype"]!, (int)saved["rows"]!, (int)saved["hidden"]!));
            JsonNode machine = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "machine.json")))!;
            Assert.Equal(2, machine["limits"]!.AsArray().Count);
            Assert.DoesNotContain(folder, (string)machine["command"]!);
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
    [InlineData("--dtype must be one of", "--dtype", "i32")]
    [InlineData("--plot needs --peers", "--plot", "plot.png")]
    [InlineData("does not exist", "--peers", "nowhere")]
    public async Task What_cannot_be_measured_is_refused_with_what_is_expected(string saying, params string[] options)
    {
        CommandResult result = await Pluginir.RunAsync(["bench", "ops", "--quick", .. options]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(saying, result.Error);
    }
}
