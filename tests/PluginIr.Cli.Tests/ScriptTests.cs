using System.Diagnostics;
using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

/// <summary>scripts/pluginir, from a folder that is not the checkout's: which plugins it loads.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly TemporaryPlugins _folder = new();
    private readonly TemporaryPlugins _plugins = new(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.DeclaresOp"));

    public ScriptTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Scripts run in bash.");

    public void Dispose()
    {
        _folder.Dispose();
        _plugins.Dispose();
    }

    [Fact]
    public async Task Without_a_setting_it_loads_the_checkouts_plugins() => Assert.Contains("PluginIr.CpuSimd", await PluginsAsync([]));

    [Fact]
    public async Task A_settings_file_that_is_named_goes_over_the_checkouts_plugins()
    {
        WriteSettings("other.json");
        Assert.Equal(["PluginIr.Fixtures.DeclaresOp"], await PluginsAsync([], "--config", "other.json"));
    }

    [Fact]
    public async Task A_settings_file_in_the_folder_goes_over_the_checkouts_plugins()
    {
        WriteSettings("appsettings.json");
        Assert.Equal(["PluginIr.Fixtures.DeclaresOp"], await PluginsAsync([]));
    }

    [Fact]
    public async Task A_variable_goes_over_settings_files()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "appsettings.json"), """{ "PluginIr": { "Plugins": [ "nowhere" ] } }""");
        Assert.Equal(["PluginIr.Fixtures.DeclaresOp"], await PluginsAsync(new() { ["PLUGINIR_PLUGINS"] = _plugins.Path }));
    }

    private void WriteSettings(string file) => File.WriteAllText(
        Path.Combine(_folder.Path, file), new JsonObject { ["PluginIr"] = new JsonObject { ["Plugins"] = new JsonArray(_plugins.Path) } }.ToJsonString());

    private async Task<string[]> PluginsAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Pluginir.Root, "scripts", "pluginir"), "plugins", "--json", .. arguments])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The tests have built it. What the caller of the tests has set is not to be seen.
        start.Environment.Remove("PLUGINIR_PLUGINS");
        start.Environment["PLUGINIR_NO_BUILD"] = "1";
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        CommandResult result = await Pluginir.WaitAsync(Process.Start(start)!);
        Assert.True(result.ExitCode == 0, result.Error);
        return [.. result.Json["plugins"]!.AsArray().Select(p => (string)p!["name"]!)];
    }
}
