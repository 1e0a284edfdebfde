namespace PluginIr.Contracts.Tests.Staging;

/// <summary>The package, in a project as a vendor writes it.</summary>
public sealed class PackageTests(ContractsPackage package) : IClassFixture<ContractsPackage>
{
    [Fact]
    public async Task A_plugin_that_references_the_package_is_staged()
    {
        using var project = VendorProject.Of(package, "net10.0");
        (int exitCode, string output) = await project.BuildAsync();
        Assert.True(exitCode == 0, output);
        Assert.Equal(["Kernels.deps.json", "Kernels.dll", "Kernels.pdb", "plugin.json"], project.FilesIn(project.Staged));
    }

    [Fact]
    public async Task A_project_for_an_older_framework_is_refused_with_the_one_that_the_package_is_for()
    {
        using var project = VendorProject.Of(package, "net9.0");
        (int exitCode, string output) = await project.BuildAsync();
        Assert.Equal(1, exitCode);
        Assert.Matches("error NU1202: .*not compatible with net9.0.* supports: net10.0", output);
    }
}
