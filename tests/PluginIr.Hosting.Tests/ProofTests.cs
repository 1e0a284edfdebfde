using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using Xunit;

namespace PluginIr.Hosting.Tests;

public sealed class ProofTests
{
    [Fact]
    public async Task A_kernel_that_is_wrong_in_one_element_of_one_dtype_never_serves()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        PluginStatus status = await folders.InstallAsync(Builds.Wrong, "plugin");
        Assert.Equal((PluginState.Serving, "Counting"), (status.State, folders.Runtime.Registry.Generations[^1].Plugin));
        Assert.Contains("prove", status.Problem);
        Assert.Contains("WrongValue", status.Problem);
        Assert.Contains("rms_norm/wrong bf16", status.Problem);
        Assert.False(folders.Runtime.Registry.Providers.ContainsKey("wrong"));
    }

    [Fact]
    public async Task Without_proof_it_serves()
    {
        await using var folders = new PluginFolders();
        folders.Options = folders.Options with { Proof = Proof.Off };
        Assert.Equal(PluginState.Serving, (await folders.InstallAsync(Builds.Wrong, "plugin")).State);
    }

    [Fact]
    public async Task What_hangs_while_it_registers_is_refused_after_a_time()
    {
        await using var folders = new PluginFolders();
        folders.Options = folders.Options with { LoadTimeout = TimeSpan.FromMilliseconds(200) };
        PluginStatus status = await folders.InstallAsync(Builds.Hanging, "hanging");
        Assert.Equal(PluginState.Refused, status.State);
        Assert.Contains("PluginIr:LoadTimeout", status.Problem);
        Assert.Equal(PluginState.Serving, (await folders.InstallAsync(Builds.CountingV1, "counting")).State);
    }
}
