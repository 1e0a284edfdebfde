using PluginIr.Hosting.Manifests;
using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Ops;
using PluginIr.Runtime.Priority;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>Builds that were made against older and newer contracts than this host's, kept as they were made.</summary>
public sealed class ContractTests
{
    [Fact]
    public async Task A_build_against_an_older_minor_version_loads_is_proved_and_serves()
    {
        Assert.NotEqual(new ContractVersion(1, 0), ContractVersion.Host);
        await using var folders = new PluginFolders();
        PluginStatus status = await folders.InstallAsync(Builds.Prebuilt("1.0"), "drift");
        Assert.Equal((PluginState.Serving, null, 2), (status.State, status.Problem, status.Kernels));
        using Tensor x = Tensor.FromSingles(DType.Float32, [0, 1], 2);
        using PriorityScope scope = folders.Runtime.UsePriority("quick_gelu", "drift");
        using Tensor y = folders.Runtime.QuickGelu(x);
        Assert.Equal(0.8458f, y.AsSpan<float>()[1], 1e-4f);
    }

    [Theory]
    [InlineData("1.99", "is older", "Update the host")]
    [InlineData("2.0", "majors must be equal", "contract version 2.0")]
    [InlineData("0.9", "majors must be equal", "contract version 0.9")]
    public async Task A_build_against_another_major_or_a_newer_minor_version_is_refused_with_what_to_do(string contracts, params string[] saying)
    {
        await using var folders = new PluginFolders();
        PluginStatus status = await folders.InstallAsync(Builds.Prebuilt(contracts), "drift");
        Assert.Equal(PluginState.Refused, status.State);
        Assert.All(saying, text => Assert.Contains(text, status.Problem));
        Assert.False(folders.Runtime.Registry.Providers.ContainsKey("drift"));
    }

    [Theory]
    [InlineData("1.99")]
    [InlineData("2.0")]
    public async Task A_manifest_that_was_edited_to_another_version_than_was_compiled_against_is_found_out(string contracts)
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.Prebuilt(contracts), "drift");
        Builds.EditManifest(folders["drift"], m => m["contractVersion"] = ContractVersion.Host.ToString());
        PluginStatus status = await folders.ScanAsync("drift");
        Assert.Equal(PluginState.Refused, status.State);
        Assert.Contains($"was built against PluginIr.Contracts {contracts}", status.Problem);
    }
}
