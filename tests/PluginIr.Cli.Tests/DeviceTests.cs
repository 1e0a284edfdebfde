using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

/// <summary>The commands that take <c>--device</c>, on the emulated device, which every machine has.</summary>
public sealed class DeviceTests : IDisposable
{
    private const string Prompt = "451,340,497,361,133,474,136,339,360,191,48,365,85";

    private static readonly int[] s_greedy = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Pluginir.Model, "expected.json")))!["greedy"]!.AsArray().Select(n => (int)n!)];

    private readonly TemporaryPlugins _plugins = new(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Emulated"));

    public void Dispose() => _plugins.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Generate_gives_the_references_tokens_on_a_device(bool isCompiled)
    {
        CommandResult result = await RunAsync(
            ["generate", "--model", Pluginir.Model, "--prompt-ids", Prompt, "--max-new-tokens", $"{s_greedy.Length}", "--json", .. isCompiled ? ["--compiled"] : (string[])[]]);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(s_greedy, result.Json["tokens"]!.AsArray().Select(t => (int)t!));
        Assert.All(result.Json["kernels"]!.AsArray(), k => Assert.Equal("emulated", (string)k!["provider"]!));
    }

    [Theory]
    [InlineData(0, "emulated", "rms_norm", "emulated")]
    [InlineData(0, "emulated", "rms_norm", "emulated:1")]
    [InlineData(1, null, "dynamic_quant_fp8", "emulated:0")]
    public async Task Explain_takes_a_device_as_other_commands_do(int exitCode, string? taken, string op, string device)
    {
        CommandResult result = await Pluginir.RunAsync("explain", op, "--plugins", _plugins.Path, "--priority", "*=emulated", "--device", device, "--json");
        Assert.Equal((exitCode, "emulated", taken), (result.ExitCode, (string)result.Json["device"]!, (string?)result.Json["taken"]));
    }

    [Fact]
    public async Task Explain_shows_the_kernels_of_a_device_that_cannot_be_used_here_and_ends_with_2()
    {
        CommandResult result = await Pluginir.RunAsync(
            new Dictionary<string, string> { ["EMULATED_DEVICES"] = "0" }, "explain", "rms_norm", "--plugins", _plugins.Path, "--device", "emulated:3", "--json");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("EMULATED_DEVICES is 0, so there is none", (string)result.Json["no_device"]!);
        Assert.Contains(result.Json["candidates"]!.AsArray(), c => (string)c!["provider"]! == "emulated");
    }

    [Fact]
    public async Task Verify_places_the_recorded_calls_on_the_device()
    {
        CommandResult result = await RunAsync(["verify", "--vectors", Pluginir.Vectors, "--provider", "emulated", "--json"]);
        Assert.Equal((0, 0), (result.ExitCode, (int)result.Json["failed"]!));
        Assert.True((int)result.Json["passed"]! > 50, result.Output);
    }

    [Fact]
    public async Task A_soak_on_a_device_loses_no_call_captured_ones_among_them_nor_a_text_and_leaves_one_generation()
    {
        CommandResult result = await RunAsync(["soak", "--swaps", "3", "--threads", "2", "--model", Pluginir.Model, "--json"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            (3, 0, 0, 1),
            ((int)result.Json["swaps"]!, (int)result.Json["failed"]!, (int)result.Json["wrong"]!, (int)result.Json["generations_alive"]!));
        Assert.True((int)result.Json["texts"]!["generated"]! > 0);
        Assert.InRange((double)result.Json["device_growth_mb"]!, -1, 1);
        Assert.DoesNotContain("could not be captured", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_latency_runs_all_variants_on_a_device_and_a_compiled_step_allocates_nothing()
    {
        CommandResult result = await RunAsync(
            ["bench", "latency", "--model", Pluginir.Model, "--batch", "2", "--input-len", "4", "--output-len", "8", "--iterations", "1", "--json"]);
        Assert.Equal((0, "emulated"), (result.ExitCode, (string)result.Json["device"]!));
        JsonArray variants = result.Json["variants"]!.AsArray();
        Assert.Equal(["direct", "eager", "compiled"], variants.Select(v => (string)v!["name"]!));
        Assert.Equal(0, (long)variants[2]!["allocated_bytes_per_step"]!);
        Assert.DoesNotContain("ended with other tokens", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_ops_checks_and_times_what_the_device_serves_and_passes_over_the_rest()
    {
        CommandResult result = await BenchOpsAsync(["rms_norm", "rotary_embedding", "dynamic_quant_fp8"], "f32", 4, 256, served: 2);
        Assert.All(result.Json.AsArray(), r => Assert.True((double)r!["limit_fraction"]! > 0));
        Assert.Contains("dynamic_quant_fp8 f32 4x256: no kernel takes it on emulated", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public Task Bench_ops_takes_16_bits_rows_of_any_length_and_indices_to_the_device() =>
        BenchOpsAsync(["fused_add_rms_norm", "silu_and_mul", "embedding"], "bf16", 3, 65, served: 3);

    [Fact]
    public async Task Bench_dispatch_times_calls_on_a_device()
    {
        CommandResult result = await RunAsync(["bench", "dispatch", "--quick", "--json"]);
        Assert.Equal((0, "emulated"), (result.ExitCode, (string)result.Json["device"]!));
        JsonNode empty = result.Json["cases"]!.AsArray().First(c => (string)c!["kernel"]! == "empty")!;
        Assert.True((double)empty["overhead_ns"]! > 0);
        Assert.Equal(0, (double)empty["allocated_bytes_per_call"]!);
    }

    [Theory]
    [InlineData("cuda", "no loaded plugin brings 'cuda' devices; known are cpu, emulated")]
    [InlineData("emulated:7", "there is no emulated:7; found 2")]
    [InlineData("emulated:x", "a kind and a number such as cuda:1; found 'emulated:x'")]
    [InlineData("cpu:1", "the host is one device")]
    public async Task A_device_that_is_not_here_ends_with_2_and_says_what_is(string device, string saying)
    {
        foreach (string[] command in (string[][])[["generate", "--model", Pluginir.Model, "--prompt-ids", Prompt], ["explain", "rms_norm"]])
        {
            CommandResult result = await Pluginir.RunAsync([.. command, "--plugins", _plugins.Path, "--device", device]);
            Assert.Equal(2, result.ExitCode);
            Assert.Contains(saying, result.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("soak")]
    [InlineData("bench ops")]
    [InlineData("bench dispatch")]
    [InlineData("bench latency")]
    public async Task A_device_that_cannot_be_used_here_ends_with_2_and_the_reason_that_plugins_shows(string command)
    {
        var none = new Dictionary<string, string> { ["EMULATED_DEVICES"] = "0" };
        string[] more = command switch
        {
            "verify" => ["--vectors", Pluginir.Vectors],
            "bench latency" => ["--model", Pluginir.Model],
            _ => [],
        };
        CommandResult result = await Pluginir.RunAsync(none, [.. command.Split(' '), .. more, "--plugins", _plugins.Path, "--device", "emulated"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'emulated' devices cannot be used here: EMULATED_DEVICES is 0", result.Error, StringComparison.Ordinal);
        CommandResult plugins = await Pluginir.RunAsync(none, "plugins", "--plugins", _plugins.Path);
        Assert.Contains("EMULATED_DEVICES is 0", plugins.Output, StringComparison.Ordinal);
    }

    // The first of the ops are those that the device serves.
    private async Task<CommandResult> BenchOpsAsync(string[] ops, string dtype, int rows, int hidden, int served)
    {
        CommandResult result = await RunAsync(["bench", "ops", "--quick", "--op", .. ops, "--dtype", dtype, "--rows", $"{rows}", "--hidden", $"{hidden}", "--json"]);
        Assert.Equal(0, result.ExitCode);
        JsonArray results = result.Json.AsArray();
        Assert.Equal(ops[..served], results.Select(r => (string)r!["op"]!));
        Assert.All(results, r => Assert.Equal(("emulated", true), ((string)r!["device"]!, (double)r["ours_us"]! > 0)));
        return result;
    }

    private Task<CommandResult> RunAsync(string[] arguments) =>
        Pluginir.RunAsync([.. arguments, "--plugins", _plugins.Path, "--priority", "*=emulated", "--device", "emulated"]);
}
