using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

/// <summary>bench latency: what tests can say of it without timing anything.</summary>
public sealed class BenchLatencyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_report_has_the_documented_keys_and_figures_that_can_be(int batch)
    {
        JsonNode report = (await Pluginir.RunAsync(
            "bench", "latency", "--eager", "--model", Pluginir.Model, "--batch", $"{batch}", "--input-len", "4", "--output-len", "3", "--iterations", "2",
            "--threads", "1", "--json")).Json;
        Assert.Equal((batch, 4, 3, 1), ((int)report["batch"]!, (int)report["input_len"]!, (int)report["output_len"]!, (int)report["threads"]!));
        Assert.True((long)report["weight_bytes"]! > 0 && (double)report["read_gb_s"]! > 0);
        JsonNode variant = Assert.Single(report["variants"]!.AsArray())!;
        Assert.Equal("eager", (string)variant["name"]!);
        Assert.True((double)variant["median_s"]! > (double)variant["step_s"]!);
        Assert.True((double)variant["p90_s"]! >= (double)variant["median_s"]!);
        Assert.Equal(batch / (double)variant["step_s"]!, (double)variant["tokens_per_s"]!, 1e-6 * (double)variant["tokens_per_s"]!);
    }

    [Fact]
    public async Task Direct_eager_and_compiled_run_in_turn_and_compiled_allocates_nothing_for_a_step()
    {
        JsonNode report = (await Pluginir.RunAsync(
            "bench", "latency", "--model", Pluginir.Model, "--batch", "2", "--input-len", "4", "--output-len", "3", "--iterations", "2", "--json")).Json;
        JsonNode[] variants = [.. report["variants"]!.AsArray().OfType<JsonNode>()];
        Assert.Equal(["direct", "eager", "compiled"], variants.Select(v => (string)v["name"]!));
        Assert.Equal(0, (long)variants[2]["allocated_bytes_per_step"]!);
        Assert.All(variants[1..], v => Assert.True((long)v["activation_peak_bytes"]! > 0));
        Assert.Equal(0, (double)variants[0]["over_direct"]!);
        Assert.All(variants, v => Assert.InRange((double)v["norm_share"]!, 0, 1));
    }

    [Fact]
    public async Task What_a_kernel_throws_outside_of_dispatch_ends_the_command_with_3_and_a_trace_and_does_not_abort_the_process()
    {
        using var plugins = new TemporaryPlugins();
        plugins.AddFaulty("kernel", "throws_in_text");
        CommandResult result = await Pluginir.RunUnprovedAsync(
            "bench", "latency", "--model", Pluginir.Model, "--batch", "1", "--input-len", "4", "--output-len", "3", "--plugins", plugins.Path,
            "--priority", "rms_norm=throws_in_text");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("System.InvalidOperationException: there was no licence\n   at PluginIr.Fixtures.FaultyKernels.ThrowsInText.Norm(", result.Error);
        Assert.DoesNotContain("Unhandled exception", result.Error);
    }

    [Theory]
    [InlineData("qwen3-0.6b", "--model", "qwen3-7b", "--random-weights")]
    [InlineData("--output-len must be at least 2", "--output-len", "1")]
    [InlineData("--batch must be at least 1", "--batch", "0")]
    [InlineData("--threads must be at least 1", "--threads", "0")]
    [InlineData("together must be at most", "--input-len", "100000")]
    public async Task What_cannot_be_run_is_refused_with_what_is_expected(string saying, params string[] options)
    {
        string[] model = options.Contains("--model") ? [] : ["--model", Pluginir.Model];
        CommandResult result = await Pluginir.RunAsync(["bench", "latency", .. model, .. options]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(saying, result.Error);
    }
}
