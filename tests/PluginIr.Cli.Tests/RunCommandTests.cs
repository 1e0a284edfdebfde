using System.Diagnostics;
using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

/// <summary>The headless host.</summary>
public sealed class RunCommandTests
{
    [Fact(Timeout = 60_000)]
    public async Task Run_serves_until_it_is_told_to_stop_and_logs_text_and_json()
    {
        using Process process = Pluginir.Start(new Dictionary<string, string>(), ["run"]);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        IReadOnlyList<string> messages = await ReadUntilAsync(process, "Application started");
        Assert.Contains(messages, m => m.Contains("serves with {Kernels} kernels"));

        CommandResult running = await Pluginir.RunAsync("plugins", "--running", "--json");
        JsonNode host = Assert.Single(running.Json["hosts"]!.AsArray(), h => (int)h!["process_id"]! == process.Id)!;
        Assert.Equal("PluginIr.CpuSimd", (string?)host["plugins"]![0]!["name"]);
        Assert.Empty(host["retired"]!.AsArray());

        await StopAsync(process);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("PluginIr.CpuSimd 0.1.0 (generation 1) serves", await error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Run_logs_nothing_below_the_level_that_is_asked_for_but_of_sources_that_the_users_settings_name()
    {
        using var folder = new TemporaryPlugins();
        string settings = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(
            settings, """{ "Serilog": { "MinimumLevel": { "Override": { "Microsoft.Extensions.Hosting": "Debug" } } } }""", TestContext.Current.CancellationToken);
        using Process process = Pluginir.Start(new Dictionary<string, string>(), ["run", "--log-level", "Error", "--config", settings]);
        IReadOnlyList<string> messages = await ReadUntilAsync(process, "Hosting started");
        await StopAsync(process);
        Assert.All(messages, m => Assert.StartsWith("Hosting", m));
        Assert.DoesNotContain("Application", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Run_ends_with_2_and_logs_one_line_without_a_trace_when_a_setting_is_misspelt()
    {
        CommandResult result = await Pluginir.RunAsync(new Dictionary<string, string> { ["PLUGINIR_WACH"] = "true" }, "run");
        Assert.Equal(2, result.ExitCode);
        Assert.Matches(@"\A[0-9:.]+ ERR The host cannot start\. PluginIr:WACH is not a setting\.[^\n]*\n\z", result.Error);
        Assert.Equal("Error", (string?)JsonNode.Parse(Assert.Single(result.Output.TrimEnd().Split('\n')))!["@l"]);
        Assert.DoesNotContain("   at ", result.Output);
    }

    [Fact]
    public async Task Run_says_why_it_cannot_start_though_not_even_errors_are_logged()
    {
        CommandResult result = await Pluginir.RunAsync("run", "--log-level", "Fatal", "--priority", "rms_norm=cpu_smid");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Did you mean 'cpu_simd'?", Assert.Single(result.Error.TrimEnd().Split('\n')));
        Assert.Empty(result.Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task Run_that_is_told_to_stop_while_it_starts_ends_as_one_that_is_told_to_later()
    {
        using var plugins = new TemporaryPlugins();
        plugins.AddFaulty("constructor-hangs", "");
        // The folder that is missing is logged before those that are there are looked at.
        using Process process = Pluginir.Start(
            new Dictionary<string, string> { ["PLUGINIR_PLUGINS"] = $"{plugins.Path},{Path.Combine(plugins.Path, "nowhere")}" }, ["run"]);
        await ReadUntilAsync(process, "The plugins' folder");
        await StopAsync(process);
        Assert.Equal(0, process.ExitCode);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("   at ", error);
        Assert.DoesNotContain("Cancel", error);
        Assert.DoesNotContain("ERR", error);
    }

    // The templates of what a headless host logs, up to one that begins so.
    private static async Task<IReadOnlyList<string>> ReadUntilAsync(Process process, string last)
    {
        var messages = new List<string>();
        while (!messages.Exists(m => m.StartsWith(last, StringComparison.Ordinal)) && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            messages.Add((string)JsonNode.Parse(line)!["@mt"]!);
        return messages;
    }

    private static async Task StopAsync(Process process)
    {
        Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
