using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

/// <summary>Swaps under load, and every fault that is known, against the plugin that ships.</summary>
public sealed class SoakTests
{
    // All that soak --faults promises to try: one that is lost from its list is found here.
    private static readonly string[] s_faults =
    [
        "truncated-assembly", "wrong-hash", "missing-file", "manifest-is-not-json", "manifest-names-file-outside", "manifest-lacks-entry",
        "contract-too-new", "contract-of-next-major", "contract-too-old", "missing-dependency", "missing-native-library", "schema-drift",
        "reserved-name", "malformed-name", "constructor-throws", "constructor-hangs", "registration-throws", "kernel-hangs",
        "wrong-in-one-element", "nan-dropped", "infinity-flipped", "rounding-truncated", "written-past-the-end", "written-before-the-start",
        "written-between-rows", "read-past-the-end", "output-left-unwritten", "input-changed", "aliasing-lie", "batch-invariance-lie",
        "strides-ignored", "nondeterministic", "kernel-throws", "predicate-throws", "predicate-allocates", "predicate-wavers",
        "duplicate-provider", "duplicate-plugin", "folder-deleted-mid-load", "kernel-throws-on-thousandth-call", "call-outlives-deadline",
        "dispose-throws", "dispose-hangs", "pinned-by-thread", "pinned-by-timer", "pinned-by-static",
    ];

    [Fact]
    public async Task A_soak_loses_no_call_and_leaves_one_generation()
    {
        CommandResult result = await Pluginir.RunAsync("soak", "--swaps", "5", "--threads", "2", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal((5, 0, 0, 0), (Number(result, "swaps"), Number(result, "refused"), Number(result, "failed"), Number(result, "wrong")));
        Assert.Equal(1, Number(result, "generations_alive"));
        Assert.True(Number(result, "calls") > 0);
        foreach (string ratio in (string[])["p999_ratio", "max_gap_ms", "first_call_ratio"])
            Assert.True((double)result.Json[ratio]! > 0, ratio);
        Assert.True((double)result.Json["manifest_to_serving_ms"]!["median"]! > 0);
        Assert.Null(result.Json["faults"]);
        Assert.Null(result.Json["texts"]);
        Assert.Contains("5 of 5 swaps", result.Error);
    }

    [Fact]
    public async Task Of_two_swaps_the_slower_is_what_95_percent_do_not_exceed()
    {
        JsonNode times = (await Pluginir.RunAsync("soak", "--swaps", "2", "--threads", "1", "--json")).Json["manifest_to_serving_ms"]!;
        Assert.InRange((double)times["p95"]!, (double)times["median"]!, 30_000);
    }

    [Fact]
    public async Task A_soak_with_a_model_generates_the_same_tokens_while_the_plugin_is_replaced()
    {
        CommandResult result = await Pluginir.RunAsync("soak", "--swaps", "2", "--threads", "1", "--model", Pluginir.Model, "--json");
        Assert.Equal((0, 2, 0, 0), (result.ExitCode, Number(result, "swaps"), Number(result, "failed"), Number(result, "wrong")));
        JsonNode texts = result.Json["texts"]!;
        Assert.True((int)texts["generated"]! > 0);
        Assert.Equal((0, 0), ((int)texts["failed"]!, (int)texts["wrong"]!));
    }

    [Fact]
    public async Task A_soak_notices_calls_and_texts_that_change_with_the_generation()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Unsteady"));
        CommandResult result = await Pluginir.RunUnprovedAsync(
            "soak", "--swaps", "3", "--threads", "1", "--model", Pluginir.Model, "--plugins", plugins.Path, "--priority", "rms_norm=unsteady", "--json");
        Assert.Equal((1, 3, 0), (result.ExitCode, Number(result, "swaps"), Number(result, "failed")));
        Assert.True(Number(result, "wrong") > 0 && (int)result.Json["texts"]!["wrong"]! > 0, result.Output);
    }

    // With proofs on, every second generation is refused: the soak finds one before it begins and the next at its second swap.
    [Fact]
    public async Task A_soak_whose_build_is_refused_ends_with_1_and_says_why()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Unsteady"));
        CommandResult result = await Pluginir.RunAsync(
            new Dictionary<string, string> { ["PLUGINIR_PLATFORMDEFAULTS"] = "unsteady,native" },
            "soak", "--swaps", "2", "--threads", "1", "--model", Pluginir.Model, "--plugins", plugins.Path, "--json");
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("1 of 2 swaps", result.Error);
        Assert.Contains("\nSwap 2: the build written to ", result.Error);
        Assert.Contains("does not serve. PluginIr.Fixtures.Unsteady 0.0.1 was refused (prove): WrongValue: rms_norm", result.Error);
    }

    [Fact]
    public async Task A_soak_whose_model_is_not_there_ends_with_2_before_anything_is_replaced()
    {
        CommandResult result = await Pluginir.RunAsync("soak", "--swaps", "1", "--model", "nowhere");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("nowhere", result.Error);
        Assert.DoesNotContain("swaps", result.Output);
    }

    [Fact]
    public async Task Every_known_fault_leaves_the_good_generation_serving_and_is_named_in_an_event()
    {
        CommandResult result = await Pluginir.RunAsync("soak", "--swaps", "1", "--threads", "1", "--faults", "--json", "--log-level", "Fatal");
        JsonArray faults = result.Json["faults"]!.AsArray();
        Assert.All(faults, f => Assert.True((bool)f!["survived"]!, f.ToJsonString()));
        Assert.All(faults, f => Assert.NotEqual("", (string?)f!["event"]));
        Assert.Equal(s_faults, faults.Select(f => (string?)f!["name"]));
        Assert.Equal((0, 0, 1), (Number(result, "failed"), Number(result, "wrong"), Number(result, "generations_alive")));
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Faults_without_the_faulty_plugin_end_with_2_and_say_where_it_was_looked_for()
    {
        CommandResult result = await Pluginir.RunAsync("soak", "--swaps", "1", "--faults", "--faulty-plugin", "nowhere");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("there is none in nowhere", result.Error);
    }

    private static int Number(CommandResult result, string key) => (int)result.Json[key]!;
}
