using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

/// <summary>A model's text from the command line.</summary>
public sealed class GenerateTests
{
    private const string Prompt = "451,340,497,361,133,474,136,339,360,191,48,365,85";

    private static readonly int[] s_greedy = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Pluginir.Model, "expected.json")))!["greedy"]!.AsArray().Select(n => (int)n!)];

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
    public async Task A_compile_cache_that_cannot_be_written_to_is_warned_of_once_and_costs_nothing_else()
    {
        using var folder = new TemporaryPlugins();
        string file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "a file where the folder should be", TestContext.Current.CancellationToken);
        CommandResult result = await Pluginir.RunAsync(
            new Dictionary<string, string> { ["PLUGINIR_COMPILECACHE"] = file },
            "generate", "--model", Pluginir.Model, "--prompt-ids", Prompt, "--max-new-tokens", "24", "--compiled", "--json");
        Assert.Equal(s_greedy, result.Json["tokens"]!.AsArray().Select(t => (int)t!));
        Assert.Contains($"WRN Compiled graphs cannot be kept in {file}", Assert.Single(result.Error.TrimEnd().Split('\n')));
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
        Assert.InRange((double)result.Json["manifest_to_serving_ms"]!, 0, 30_000);
    }

    [Fact]
    public async Task Generate_ends_with_2_before_any_text_when_what_replaces_a_plugin_is_of_none_that_is_loaded()
    {
        using var none = new TemporaryPlugins();
        CommandResult result = await Pluginir.RunAsync(
            "generate", "--model", Pluginir.Model, "--prompt-ids", Prompt, "--plugins", none.Path, "--replace-with", Pluginir.Plugins + "/PluginIr.CpuSimd");
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("--replace-with: no loaded plugin is named PluginIr.CpuSimd", result.Error);
    }

    [Fact]
    public async Task Generate_ends_with_2_when_the_manifest_of_what_replaces_a_plugin_is_bad()
    {
        using var rebuilt = new TemporaryPlugins(Pluginir.Plugins + "/PluginIr.CpuSimd");
        string folder = Path.Combine(rebuilt.Path, "PluginIr.CpuSimd");
        await File.WriteAllTextAsync(Path.Combine(folder, "plugin.json"), "[1]", TestContext.Current.CancellationToken);
        CommandResult result = await Pluginir.RunAsync("generate", "--model", Pluginir.Model, "--prompt-ids", Prompt, "--replace-with", folder);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"--replace-with: {folder}/plugin.json is not a plugin's manifest", result.Error);
    }

    [Fact]
    public async Task Generate_ends_with_1_when_the_text_ends_before_the_plugin_was_to_be_replaced()
    {
        using var model = new TemporaryPlugins(Pluginir.Model);
        string folder = Path.Combine(model.Path, Path.GetFileName(Pluginir.Model)), file = Path.Combine(folder, "config.json");
        JsonNode config = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        config["eos_token_id"] = s_greedy[2];
        await File.WriteAllTextAsync(file, config.ToJsonString(), TestContext.Current.CancellationToken);
        CommandResult result = await Pluginir.RunAsync(
            "generate", "--model", folder, "--prompt-ids", Prompt, "--json", "--replace-with", Pluginir.Plugins + "/PluginIr.CpuSimd", "--replace-after", "7");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("--replace-after 7: the model ended the text after 3 tokens", result.Error);
        Assert.Equal((3, 0), (result.Json["tokens"]!.AsArray().Count, (int)result.Json["swaps"]!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Generate_ends_with_1_and_the_step_when_a_models_logits_are_not_numbers(bool isCompiled)
    {
        using var model = new TemporaryPlugins(Pluginir.Model);
        string folder = Path.Combine(model.Path, Path.GetFileName(Pluginir.Model)), file = Path.Combine(folder, "model.safetensors");
        byte[] bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        int header = 8 + (int)BitConverter.ToInt64(bytes);
        JsonNode norm = JsonNode.Parse(bytes.AsSpan(8, header - 8))!["model.norm.weight"]!;
        // All bits set is NaN in every floating-point dtype of a checkpoint.
        bytes.AsSpan(header + (int)norm["data_offsets"]![0]!, 4).Fill(0xff);
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        CommandResult result = await Pluginir.RunAsync(["generate", "--model", folder, "--prompt-ids", Prompt, .. isCompiled ? ["--compiled"] : (string[])[]]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Step 0, after 13 tokens", result.Error);
        Assert.Contains("is NaN", result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("--compiled")]
    [InlineData("--json")]
    public async Task Generate_ends_with_1_and_a_line_of_which_kernel_threw_what_and_where(params string[] options)
    {
        using var plugins = new TemporaryPlugins();
        plugins.AddFaulty("kernel", "throws_in_text");
        CommandResult result = await Pluginir.RunUnprovedAsync(
            ["generate", "--model", Pluginir.Model, "--prompt-ids", Prompt, "--plugins", plugins.Path, "--priority", "silu_and_mul=throws_in_text", .. options]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            "silu_and_mul by provider 'throws_in_text' of PluginIr.Fixtures.Faulty 0.1.0 (generation 1) threw IOException: the licence has ended " +
            "(at PluginIr.Fixtures.FaultyKernels.ThrowsInText.Run in ThrowsInText.cs:line 20). Mend the kernel, or have another one serve: --priority silu_and_mul=native.",
            result.Error.TrimEnd().Split('\n')[^1]);
        Assert.DoesNotContain("   at ", result.Error);
        string shown = string.Join(' ', s_greedy[..10]);
        Assert.Equal(options.Contains("--json") ? "" : $"tokens: {shown}", result.Output.TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public async Task Generate_gives_all_tokens_while_the_kernel_that_throws_is_not_the_one_that_serves()
    {
        using var plugins = new TemporaryPlugins();
        plugins.AddFaulty("kernel", "throws_in_text");
        CommandResult result = await Pluginir.RunUnprovedAsync(
            "generate", "--model", Pluginir.Model, "--prompt-ids", Prompt, "--plugins", plugins.Path, "--priority", "silu_and_mul=native", "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(s_greedy, result.Json["tokens"]!.AsArray().Select(t => (int)t!));
    }
}
