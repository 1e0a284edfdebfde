using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

/// <summary>plugins --rollback, when the build that is there is one that no host survives or that the configuration does not allow.</summary>
public sealed class RollbackTests : IDisposable
{
    private static readonly string s_good = Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.CountingV1");

    private readonly TemporaryPlugins _plugins = new();

    public void Dispose() => _plugins.Dispose();

    [Theory]
    [InlineData("PluginIr.Fixtures.Faulty")]
    [InlineData("Counting")]
    public async Task A_build_that_crashes_the_process_is_rolled_back_by_its_own_name_or_that_of_the_build_before(string name)
    {
        KeepGood(_plugins.AddFaulty("constructor-crashes", ""));
        Assert.NotEqual(0, (await Pluginir.RunAsync("plugins", "--plugins", _plugins.Path)).ExitCode);
        CommandResult result = await RollbackAsync(name);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains($"{name}: put version 1.0.0 back (its plugin.json has the hash ", result.Error);
        Assert.Equal("Counting", (string)Assert.Single(result.Json["plugins"]!.AsArray())!["name"]!);
    }

    [Fact]
    public async Task A_build_without_a_provider_that_the_priority_names_is_rolled_back()
    {
        KeepGood(_plugins.AddFaulty("none", ""));
        Assert.Equal(2, (await Pluginir.RunAsync("plugins", "--plugins", _plugins.Path, "--priority", "rms_norm=counting")).ExitCode);
        CommandResult result = await RollbackAsync("Counting", "--priority", "rms_norm=counting");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("counting", (string)result.Json["plugins"]![0]!["providers"]![0]!["name"]!);
    }

    [Fact]
    public async Task A_name_that_no_plugin_has_ends_with_2_and_the_nearest_and_nothing_is_loaded()
    {
        KeepGood(_plugins.AddFaulty("constructor-crashes", ""));
        CommandResult result = await RollbackAsync("PluginIr.Fixtures.Fault");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("--rollback: No plugin is named 'PluginIr.Fixtures.Fault'. Did you mean 'PluginIr.Fixtures.Faulty'?", result.Error);
        Assert.DoesNotContain("(Parameter", result.Error);
    }

    [Fact]
    public async Task A_plugin_that_was_never_replaced_ends_with_2()
    {
        _plugins.Add(s_good);
        CommandResult result = await RollbackAsync("Counting");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("No previous build", result.Error);
    }

    private Task<CommandResult> RollbackAsync(string name, params string[] options) =>
        Pluginir.RunAsync(["plugins", "--plugins", _plugins.Path, "--rollback", name, "--json", .. options]);

    // As a host does that has seen the good build replaced by the one in the folder.
    private void KeepGood(string folder)
    {
        string previous = Path.Combine(_plugins.Path, ".previous");
        Directory.CreateDirectory(previous);
        Directory.Move(_plugins.Add(s_good), Path.Combine(previous, Path.GetFileName(folder)));
    }
}
