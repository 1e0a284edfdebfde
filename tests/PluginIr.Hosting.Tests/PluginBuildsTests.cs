using PluginIr.Hosting.Manifests;
using PluginIr.Hosting.Tests.Support;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>Builds in plugins' folders, without a host.</summary>
public sealed class PluginBuildsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_plugins_folder_is_found_by_its_manifests_name_or_its_own()
    {
        Builds.Install(Builds.CountingV1, _folder["counts"]);
        Builds.Install(Builds.Throwing, _folder["throws"]);
        Assert.Equal(_folder["counts"], PluginBuilds.Find([_folder.Path], "Counting"));
        Assert.Equal(_folder["counts"], PluginBuilds.Find([_folder.Path], "counts"));
        Assert.Equal(_folder["throws"], PluginBuilds.Find([_folder["nowhere"], _folder.Path, _folder.Path], "PluginIr.Fixtures.Throwing"));
    }

    [Fact]
    public void A_name_in_a_manifest_goes_before_another_folders_own_name()
    {
        Builds.Install(Builds.CountingV1, _folder["first"]);
        Builds.Install(Builds.Throwing, _folder["Counting"]);
        Assert.Equal(_folder["first"], PluginBuilds.Find([_folder.Path], "Counting"));
    }

    [Fact]
    public void A_plugin_whose_present_manifest_is_broken_is_found_by_the_name_of_the_build_before()
    {
        Builds.Install(Builds.CountingV1, _folder["plugin"]);
        PluginBuilds.KeepPrevious(Builds.CountingV1, _folder["plugin"]);
        Builds.InstallManifest("{ broken", _folder["plugin"]);
        Assert.Equal(_folder["plugin"], PluginBuilds.Find([_folder.Path], "Counting"));
    }

    [Theory]
    [InlineData("plugin.json")]
    [InlineData("PluginIr.Fixtures.Counting.dll")]
    public void A_build_that_lacks_a_file_is_rolled_back_and_not_kept(string missing)
    {
        Builds.Install(Builds.CountingV2, _folder["plugin"]);
        PluginBuilds.KeepPrevious(Builds.CountingV1, _folder["plugin"]);
        File.Delete(Path.Combine(_folder["plugin"], missing));
        Assert.Equal("1.0.0", PluginBuilds.Rollback(_folder["plugin"]).Version);
        Assert.Equal(_folder["plugin"], PluginBuilds.Find([_folder.Path], "Counting"));
        Assert.Contains("No previous build", Assert.Throws<ManifestException>(() => PluginBuilds.Rollback(_folder["plugin"])).Message);
    }

    [Fact]
    public async Task A_build_that_a_host_keeps_meanwhile_hinders_no_rollback()
    {
        const int Rollbacks = 50;
        string plugin = _folder["plugin"];
        Builds.Install(Builds.CountingV2, plugin);
        PluginBuilds.KeepPrevious(Builds.CountingV1, plugin);
        using var end = new CancellationTokenSource();
        Task keeping = Task.Factory.StartNew(
            () =>
            {
                while (!end.IsCancellationRequested)
                    PluginBuilds.KeepPrevious(Builds.CountingV1, plugin);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (int i = 0; i < Rollbacks; i++)
            PluginBuilds.Rollback(plugin);
        await end.CancelAsync();
        await keeping;
        Assert.Equal([Path.Combine(_folder[".previous"], "plugin")], Directory.GetDirectories(_folder[".previous"]));
    }

    [Fact]
    public void A_rollback_that_fails_leaves_both_builds_where_they_were()
    {
        string plugin = _folder["plugin"], obstacle = Path.Combine(plugin, PluginManifest.FileName + ".new");
        Builds.Install(Builds.CountingV2, plugin);
        PluginBuilds.KeepPrevious(Builds.CountingV1, plugin);
        Directory.CreateDirectory(obstacle);
        Assert.ThrowsAny<Exception>(() => PluginBuilds.Rollback(plugin));
        Assert.Equal([Path.Combine(_folder[".previous"], "plugin")], Directory.GetDirectories(_folder[".previous"]));

        Directory.Delete(obstacle);
        Assert.Equal("1.0.0", PluginBuilds.Rollback(plugin).Version);
        Assert.Equal("2.0.0", PluginBuilds.Rollback(plugin).Version);
    }

    [Fact]
    public void A_name_that_nobody_has_is_answered_with_the_nearest_and_one_that_two_have_with_both_folders()
    {
        Builds.Install(Builds.CountingV1, _folder["a"]);
        Assert.Contains("Did you mean 'Counting'?", Assert.Throws<ArgumentException>(() => PluginBuilds.Find([_folder.Path], "Countin")).Message);
        Assert.Contains("no plugins in", Assert.Throws<ArgumentException>(() => PluginBuilds.Find([_folder["a"]], "Counting")).Message);
        Builds.Install(Builds.CountingV2, _folder["b"]);
        string both = Assert.Throws<ManifestException>(() => PluginBuilds.Find([_folder.Path], "Counting")).Message;
        Assert.Contains(_folder["a"], both);
        Assert.Contains(_folder["b"], both);
        Assert.Equal(_folder["b"], PluginBuilds.Find([_folder.Path], "b"));
    }

    public void Dispose() => _folder.Dispose();
}
