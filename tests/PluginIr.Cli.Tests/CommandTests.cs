using System.Diagnostics;
using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

public sealed class CommandTests
{
    private const string Prompt = "451,340,497,361,133,474,136,339,360,191,48,365,85";

    private static readonly int[] s_greedy = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Pluginir.Model, "expected.json")))!["greedy"]!.AsArray().Select(n => (int)n!)];

    [Fact]
    public async Task Plugins_lists_what_serves()
    {
        CommandResult result = await Pluginir.RunAsync("plugins", "--json");
        JsonNode plugin = Assert.Single(result.Json["plugins"]!.AsArray(), p => (string)p!["name"]! == "PluginIr.CpuSimd")!;
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("serving", (string)plugin["state"]!);
        Assert.Equal("cpu_simd", (string)plugin["providers"]![0]!["name"]!);
        Assert.Contains("cpu_simd (cpu)", (await Pluginir.RunAsync("plugins")).Output);
    }

    [Fact]
    public async Task Plugins_ends_with_1_and_the_reason_when_one_was_refused()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Throwing"));
        CommandResult result = await Pluginir.RunAsync("plugins", "--plugins", plugins.Path);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("was asked whether it is supported", result.Output);
    }

    [Fact]
    public async Task Ops_lists_schemas_and_the_order_of_kernels()
    {
        CommandResult result = await Pluginir.RunAsync("ops", "--json");
        JsonNode op = Assert.Single(result.Json["ops"]!.AsArray(), o => (string)o!["name"]! == "rms_norm")!;
        Assert.Equal("rms_norm(Tensor x, Tensor? weight, float epsilon, int? variance_size=None) -> Tensor", (string)op["schema"]!);
        Assert.Equal([("cpu_simd", 0), ("native", 1)], op["kernels"]!.AsArray().Select(k => ((string)k!["provider"]!, (int)k["position"]!)).Order());
        Assert.Equal(17, result.Json["ops"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("cpu_simd", "rms_norm", "--dtype", "bf16", "--shape", "8x4096")]
    [InlineData("native", "rms_norm", "--set", "variance_size=512")]
    [InlineData("native", "rms_norm", "--priority", "rms_norm=native")]
    [InlineData(null, "rms_norm", "--device", "cuda")]
    public async Task Explain_says_which_kernel_takes_a_call(string? taken, string op, params string[] options)
    {
        CommandResult result = await Pluginir.RunAsync(["explain", op, "--json", .. options]);
        Assert.Equal(taken, (string?)result.Json["taken"]);
        Assert.Equal(taken is null ? 1 : 0, result.ExitCode);
        Assert.Equal(taken is null ? 0 : 1, result.Json["candidates"]!.AsArray().Count(c => (bool)c!["is_taken"]!));
        Assert.All(result.Json["candidates"]!.AsArray(), c => Assert.NotEmpty((string)c!["reason"]!));
    }

    [Theory]
    [InlineData(234, 0)]
    [InlineData(234, 0, "--provider", "native")]
    [InlineData(27, 9, "--provider", "cpu_simd", "--op", "rms_norm")]
    public async Task Verify_passes_all_that_the_provider_takes(int passed, int skipped, params string[] options)
    {
        CommandResult result = await Pluginir.RunAsync(["verify", "--vectors", Pluginir.Vectors, "--json", .. options]);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            $$"""{"cases":{{passed + skipped}},"passed":{{passed}},"failed":0,"skipped":{{skipped}},"failures":[]}""", result.Output.Trim());
    }

    [Fact]
    public async Task Verify_fails_nothing_of_a_provider_and_skips_what_it_does_not_take()
    {
        JsonNode report = (await Pluginir.RunAsync("verify", "--vectors", Pluginir.Vectors, "--provider", "cpu_simd", "--json")).Json;
        Assert.Equal((234, 0), ((int)report["cases"]!, (int)report["failed"]!));
        Assert.Equal(234, (int)report["passed"]! + (int)report["skipped"]!);
        Assert.InRange((int)report["passed"]!, 45, 233);
    }

    [Theory]
    [InlineData("native")]
    [InlineData("cpu_simd")]
    public async Task Generate_gives_the_references_tokens_and_says_what_ran(string provider)
    {
        CommandResult result = await Pluginir.RunAsync(
            "generate", "--model", Pluginir.Model, "--prompt-ids", Prompt, "--max-new-tokens", "24", "--priority", $"*={provider}", "--json");
        Assert.Equal(s_greedy, result.Json["tokens"]!.AsArray().Select(t => (int)t!));
        Assert.Equal(0, (int)result.Json["swaps"]!);
        Assert.Contains(result.Json["kernels"]!.AsArray(), k => (string)k!["op"]! == "rms_norm" && (string)k["provider"]! == provider && (int)k["calls"]! == 216);
    }

    [Theory]
    [InlineData("bfloat16")]
    [InlineData("float16")]
    public async Task Generate_computes_in_the_dtype_that_is_asked_for(string dtype)
    {
        CommandResult result = await Pluginir.RunAsync("generate", "--model", Pluginir.Model, "--prompt-ids", Prompt, "--max-new-tokens", "4", "--dtype", dtype);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(dtype, result.Output);
    }

    [Fact]
    public async Task Generate_replaces_a_plugin_part_way_and_loses_nothing()
    {
        using var plugins = new TemporaryPlugins(Pluginir.Plugins + "/PluginIr.CpuSimd");
        using var rebuilt = new TemporaryPlugins(Pluginir.Plugins + "/PluginIr.CpuSimd");
        string folder = Path.Combine(rebuilt.Path, "PluginIr.CpuSimd"), manifest = Path.Combine(folder, "plugin.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"version\": \"0.1", "\"version\": \"0.2"));
        CommandResult result = await Pluginir.RunAsync(
            "generate", "--model", Pluginir.Model, "--prompt-ids", Prompt, "--max-new-tokens", "24", "--json",
            "--plugins", plugins.Path, "--replace-with", folder, "--replace-after", "7");
        Assert.Equal(s_greedy, result.Json["tokens"]!.AsArray().Select(t => (int)t!));
        Assert.Equal(1, (int)result.Json["swaps"]!);
    }

    [Theory]
    [InlineData("no such command", "frobnicate")]
    [InlineData("--vectors", "verify")]
    [InlineData("nowhere.safetensors", "verify", "--vectors", "nowhere.safetensors")]
    [InlineData("Did you mean 'rms_norm'", "explain", "rms_nrom")]
    [InlineData("8x4096", "explain", "rms_norm", "--shape", "8by7")]
    [InlineData("variance_sise", "explain", "rms_norm", "--set", "variance_sise=7")]
    [InlineData("'cpu_simd'", "ops", "--priority", "rms_norm=cpu_smid")]
    [InlineData("OP=PROVIDER", "ops", "--priority", "rms_norm")]
    [InlineData("does not exist", "ops", "--plugins", "nowhere")]
    [InlineData("--prompt-ids must be numbers", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1,two")]
    [InlineData("512", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "99999")]
    [InlineData("config.json", "generate", "--model", "tests", "--prompt-ids", "1")]
    [InlineData("plugin.json", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1", "--replace-with", "tests")]
    public async Task Bad_input_ends_with_2_and_says_what_is_bad(string saying, params string[] arguments)
    {
        CommandResult result = await Pluginir.RunAsync(arguments);
        Assert.Equal(2, result.ExitCode);
        if (saying != "no such command")
            Assert.Contains(saying, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }

    [Fact]
    public async Task A_bad_setting_in_the_environment_ends_with_2_and_names_the_nearest()
    {
        CommandResult result = await Pluginir.RunAsync(new Dictionary<string, string> { ["PLUGINIR_PRIORITY__RMS_NORM"] = "cpu_smid" }, "ops");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Did you mean 'cpu_simd'?", result.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Run_serves_until_it_is_told_to_stop_and_logs_text_and_json()
    {
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        using Process process = Pluginir.Start(new Dictionary<string, string>(), "run");
        Task<string> error = process.StandardError.ReadToEndAsync(cancelled);
        var messages = new List<string>();
        while (!messages.Exists(m => m.Contains("Application started")) && await process.StandardOutput.ReadLineAsync(cancelled) is { } line)
            messages.Add((string)JsonNode.Parse(line)!["@mt"]!);
        Assert.Contains(messages, m => m.Contains("serves with {Kernels} kernels"));

        Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
        await process.WaitForExitAsync(cancelled);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("PluginIr.CpuSimd 0.1.0 (generation 1) serves", await error);
    }
}
