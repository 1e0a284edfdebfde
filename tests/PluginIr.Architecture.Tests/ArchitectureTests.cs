using Xunit;

namespace PluginIr.Architecture.Tests;

public sealed class ArchitectureTests
{
    [Fact]
    public void Projects_refer_only_to_those_below_them()
    {
        IEnumerable<KeyValuePair<string, string>> projects = Repository.ProjectsIn("contracts").Concat(Repository.ProjectsIn("host"));
        Assert.Empty(projects.SelectMany(p => Arrows.Forbidden(p.Key, Repository.ReferencesOf(p.Value))));
    }

    [Fact]
    public void An_arrow_that_goes_the_other_way_is_found() =>
        Assert.Equal(["PluginIr.Runtime -> PluginIr.Hosting"], Arrows.Forbidden("PluginIr.Runtime", ["PluginIr.Contracts", "PluginIr.Hosting"]));

    [Fact]
    public void The_contracts_depend_on_nothing_but_the_base_library()
    {
        string project = Repository.ProjectsIn("contracts")["PluginIr.Contracts"];
        Assert.Empty(Repository.PackagesOf(project));
        Assert.All(Repository.AssembliesReferencedBy(project), IsOfTheBaseLibrary);
    }

    [Fact]
    public void Plugins_refer_to_the_contracts_only()
    {
        Assert.NotEmpty(Repository.ProjectsIn("plugins"));
        Assert.All(Repository.ProjectsIn("plugins").Values, project =>
        {
            Assert.Empty(Repository.ReferencesOf(project));
            Assert.DoesNotContain(Repository.AssembliesReferencedBy(project), name => name.StartsWith("PluginIr.", StringComparison.Ordinal) && name != "PluginIr.Contracts");
        });
    }

    [Fact]
    public void No_file_is_named_for_being_of_use() => Assert.DoesNotContain(
        new[] { "contracts", "host", "plugins" }.SelectMany(Repository.SourcesIn),
        file => new[] { "Utils", "Util", "Helper", "Helpers", "Manager", "Common" }.Any(
            word => Path.GetFileNameWithoutExtension(file).EndsWith(word, StringComparison.Ordinal)));

    [Fact]
    public void The_repository_has_no_folders_but_those_that_the_design_names()
    {
        string[] known = ["contracts", "host", "plugins", "scripts", "tests"], made = ["artifacts", "TestResults"];
        Assert.Empty(Directory.GetDirectories(Repository.Root).Select(f => Path.GetFileName(f)).Where(name => !name.StartsWith('.')).Except([.. known, .. made]));
    }

    private static void IsOfTheBaseLibrary(string assembly) =>
        Assert.True(assembly.StartsWith("System.", StringComparison.Ordinal), $"{assembly} is not part of the base library.");
}
