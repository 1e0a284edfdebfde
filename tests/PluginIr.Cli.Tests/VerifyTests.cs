using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

/// <summary>verify: it passes when what was asked for ran and was right, and in no other case.</summary>
public sealed class VerifyTests
{
    private static readonly string s_harmless = Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Faulty");

    [Fact]
    public async Task When_every_case_was_skipped_it_ends_with_1_and_says_so_and_why()
    {
        using var plugins = new TemporaryPlugins(s_harmless);
        CommandResult result = await VerifyAsync("--plugins", plugins.Path, "--provider", "harmless", "--op", "gelu");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Nothing was compared: all 18 cases were skipped.", result.Error);
        Assert.Contains("provider 'harmless' has no kernel of gelu", result.Output);
        Assert.Contains("18 cases: 0 passed, 0 failed, 18 skipped", result.Output);
    }

    [Fact]
    public async Task When_some_cases_were_compared_the_others_are_skipped_and_counted_with_their_reasons()
    {
        using var plugins = new TemporaryPlugins(s_harmless);
        CommandResult result = await VerifyAsync("--plugins", plugins.Path, "--provider", "harmless", "--json");
        Assert.Equal((0, 9, 0, 225), (result.ExitCode, Number(result, "passed"), Number(result, "failed"), Number(result, "skipped")));
        JsonArray skips = result.Json["skips"]!.AsArray();
        Assert.Equal(225, skips.Sum(s => (int)s!["cases"]!));
        Assert.Equal("provider 'harmless' has no kernel of rms_norm", (string)Assert.Single(skips, s => (string)s!["op"]! == "rms_norm")!["reason"]!);
    }

    [Fact]
    public async Task A_kernel_gets_no_tensors_of_another_device_and_the_reason_is_the_device()
    {
        using var plugins = new TemporaryPlugins(s_harmless, Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Emulated"));
        CommandResult result = await VerifyAsync("--plugins", plugins.Path, "--provider", "harmless", "--op", "quick_gelu", "--device", "emulated");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("works on cpu, the tensors are on emulated", result.Output);
        Assert.Contains("Nothing was compared", result.Error);
    }

    [Fact]
    public async Task What_a_kernel_does_not_take_is_skipped_with_what_it_does_not_take()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Drift"));
        CommandResult result = await VerifyAsync("--plugins", plugins.Path, "--provider", "drift", "--op", "quick_gelu", "--json");
        Assert.Equal((0, 3, 6), (result.ExitCode, Number(result, "passed"), Number(result, "skipped")));
        Assert.Equal(
            ["takes no bfloat16 activations", "takes no float16 activations"],
            result.Json["skips"]!.AsArray().Select(s => (string)s!["reason"]!).Order());
    }

    [Fact]
    public async Task When_a_plugin_that_was_named_was_refused_it_ends_with_1_and_the_reason_though_native_passes_all()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Throwing"));
        CommandResult result = await VerifyAsync("--plugins", plugins.Path + "/", "--json");
        Assert.Equal((1, 234), (result.ExitCode, Number(result, "passed")));
        Assert.Contains("PluginIr.Fixtures.Throwing was not verified", result.Error);
        Assert.Contains("was asked whether it is supported", result.Error);
    }

    [Fact]
    public async Task When_the_plugin_of_the_provider_that_was_asked_for_was_refused_it_ends_with_1_and_the_reason()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Throwing"));
        string[] verify = ["--plugins", plugins.Path, "--provider", "throwing"];
        CommandResult text = await VerifyAsync(verify), json = await VerifyAsync([.. verify, "--json"]);
        Assert.Equal((1, "", 1, 0), (text.ExitCode, text.Output, json.ExitCode, Number(json, "cases")));
        string[] lines = text.Error.TrimEnd().Split('\n')[^2..];
        Assert.StartsWith("PluginIr.Fixtures.Throwing was not verified", lines[0]);
        Assert.Contains("was asked whether it is supported", lines[0]);
        Assert.Equal("Nothing was compared: no loaded plugin brings 'throwing'.", lines[1]);
        Assert.Equal(lines[0], (string)Assert.Single(json.Json["unverified"]!.AsArray())!);
    }

    [Fact]
    public async Task When_no_plugin_was_refused_a_provider_that_none_brings_is_bad_input()
    {
        using var plugins = new TemporaryPlugins(s_harmless);
        CommandResult result = await VerifyAsync("--plugins", plugins.Path, "--provider", "throwing");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("--provider: no loaded plugin brings 'throwing'. Known are harmless, native.", result.Error);
    }

    [Fact]
    public async Task When_a_folder_that_was_named_holds_no_plugin_it_ends_with_1_unless_a_provider_was_asked_for()
    {
        using var plugins = new TemporaryPlugins();
        CommandResult result = await VerifyAsync("--plugins", plugins.Path, "--op", "rms_norm");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"No plugin was verified: {plugins.Path} has no subfolder that is one.", result.Error);
        Assert.Equal(0, (await VerifyAsync("--plugins", plugins.Path, "--op", "rms_norm", "--provider", "native")).ExitCode);
    }

    [Theory]
    [InlineData("--provider", "throws")]
    [InlineData("--priority", "gelu_new=throws")]
    public async Task A_kernel_that_throws_fails_its_case_and_the_other_cases_run(params string[] choice)
    {
        using var plugins = new TemporaryPlugins();
        plugins.AddFaulty("kernel", "throws");
        var unproved = new Dictionary<string, string> { ["PLUGINIR_PROOF"] = "Off", ["PLUGINIR_MAXFAULTS"] = "1000" };
        string[] verify = ["verify", "--vectors", Pluginir.Vectors, "--plugins", plugins.Path, .. choice];
        CommandResult result = await Pluginir.RunAsync(unproved, [.. verify, "--json"]);
        Assert.Equal((1, 9), (result.ExitCode, Number(result, "failed")));
        Assert.Equal(choice[0] == "--provider" ? 0 : 225, Number(result, "passed"));
        Assert.All(result.Json["failures"]!.AsArray(), f => Assert.Equal(
            ("gelu_new", "throws", "threw FormatException: this kernel always throws"), ((string)f!["op"]!, (string)f["provider"]!, (string)f["problem"]!)));
        Assert.Contains("(gelu_new), throws: threw FormatException: this kernel always throws\n", (await Pluginir.RunAsync(unproved, verify)).Output);
    }

    [Fact]
    public async Task An_op_that_the_file_has_no_case_of_ends_with_1()
    {
        CommandResult result = await VerifyAsync("--op", "argmax");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("has no case of argmax", result.Error);
    }

    private static Task<CommandResult> VerifyAsync(params string[] options) => Pluginir.RunAsync(["verify", "--vectors", Pluginir.Vectors, .. options]);

    private static int Number(CommandResult result, string key) => (int)result.Json[key]!;
}
