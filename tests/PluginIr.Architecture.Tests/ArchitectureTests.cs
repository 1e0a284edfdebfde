using System.Xml.Linq;
using Xunit;

namespace PluginIr.Architecture.Tests;

public sealed class ArchitectureTests
{
    [Fact]
    public void Projects_refer_only_to_those_below_them()
    {
        (string Name, XDocument Project)[] projects = [.. Repository.ProjectsIn("contracts"), .. Repository.ProjectsIn("host")];
        Assert.Contains("PluginIr.Cli", projects.Select(p => p.Name));
        Assert.Empty(projects.SelectMany(p => Arrows.Forbidden(p.Name, References.ToProjects(p.Project))));
    }

    [Theory]
    [InlineData("PluginIr.Runtime", "PluginIr.Hosting")] // upwards
    [InlineData("PluginIr.Models", "PluginIr.Hosting")] // sideways
    [InlineData("PluginIr.Hosting", "PluginIr.CpuSimd")] // to a plugin
    [InlineData("PluginIr.Contracts", "PluginIr.Contracts.Generators")] // at run time, which only the compiler may
    public void An_arrow_that_goes_another_way_is_found(string from, string to)
    {
        foreach (string item in (string[])["<ProjectReference Include='..\\..\\x\\{0}\\{0}.csproj' />", "<Reference Include='{0}' />"])
        {
            XDocument project = XDocument.Parse($"<Project><ItemGroup>{string.Format(null, item, to)}</ItemGroup></Project>");
            Assert.Equal([$"{from} -> {to}"], Arrows.Forbidden(from, References.ToProjects(project)));
        }
    }

    [Fact]
    public void A_project_that_the_design_does_not_name_is_found() =>
        Assert.Equal(["PluginIr.Extras is not a project that the design names"], Arrows.Forbidden("PluginIr.Extras", []));

    [Fact]
    public void The_generator_is_an_analyzer_to_the_contracts_and_no_part_of_them()
    {
        XDocument contracts = Repository.ProjectsIn("contracts").Single(p => p.Name == "PluginIr.Contracts").Project;
        XElement reference = Assert.Single(contracts.Descendants("ProjectReference"));
        Assert.Contains("PluginIr.Contracts.Generators.csproj", (string?)reference.Attribute("Include"), StringComparison.Ordinal);
        Assert.Empty(References.ToProjects(contracts));
        Assert.DoesNotContain("PluginIr.Contracts.Generators", References.BeyondTheBaseLibrary(Repository.Assembly("contracts", "PluginIr.Contracts")));

        // It is the item type that makes the difference.
        reference.Attribute("OutputItemType")!.Remove();
        Assert.Equal(["PluginIr.Contracts.Generators"], References.ToProjects(contracts));
    }

    [Fact]
    public void The_contracts_depend_on_nothing_but_the_base_library()
    {
        Assert.Empty(References.ToPackages(Repository.ProjectsIn("contracts").Single(p => p.Name == "PluginIr.Contracts").Project));
        Assert.Empty(References.BeyondTheBaseLibrary(Repository.Assembly("contracts", "PluginIr.Contracts")));
    }

    [Fact]
    public void A_package_that_comes_along_at_run_time_is_found_and_one_for_the_build_alone_is_not() => Assert.Equal(["Runs"], References.ToPackages(
        XDocument.Parse("<Project><PackageReference Include='Runs' /><PackageReference Include='Builds' PrivateAssets='all' /></Project>")));

    [Fact]
    public void An_assembly_beyond_the_base_library_is_found() =>
        Assert.Contains("xunit.v3.core", References.BeyondTheBaseLibrary(typeof(ArchitectureTests).Assembly.Location));

    [Fact]
    public void Plugins_refer_to_no_project_here_but_the_contracts_which_their_role_gives_them()
    {
        (string Name, XDocument Project)[] plugins = [.. Repository.ProjectsIn("plugins")];
        Assert.NotEmpty(plugins);
        Assert.All(plugins, plugin =>
        {
            Assert.Empty(References.ToProjects(plugin.Project));
            IEnumerable<string> referenced = References.BeyondTheBaseLibrary(Repository.Assembly("plugins", plugin.Name));
            Assert.Equal(["PluginIr.Contracts"], referenced.Where(name => name.StartsWith("PluginIr.", StringComparison.Ordinal)));
        });
    }

    [Fact]
    public void The_cpu_provider_needs_nothing_but_the_contracts() =>
        Assert.Equal(["PluginIr.Contracts"], References.BeyondTheBaseLibrary(Repository.Assembly("plugins", "PluginIr.CpuSimd")));

    [Fact]
    public void No_file_is_named_for_being_of_use()
    {
        string[] files = [.. new[] { "contracts", "host", "plugins" }.SelectMany(Repository.SourcesIn)];
        Assert.NotEmpty(files);
        Assert.Empty(Names.SayingNothing(files));
    }

    [Fact]
    public void A_file_named_for_being_of_use_is_found() => Assert.Equal(
        ["host/TensorUtils.cs", "host/Common.cs", "host/PluginManager.Loading.cs"],
        Names.SayingNothing(["host/TensorUtils.cs", "host/Common.cs", "host/Commonly.cs", "host/PluginManager.Loading.cs", "host/Managers/Slot.cs"]));

    [Fact]
    public void The_repository_has_no_folders_but_those_that_the_design_names() =>
        Assert.Empty(Names.UnknownFolders(Directory.GetDirectories(Repository.Root)));

    [Fact]
    public void A_folder_that_the_design_does_not_name_is_found() =>
        Assert.Equal(["src", ".github"], Names.UnknownFolders(["/here/src", "/here/host", "/here/.git", "/here/.github"]));
}
