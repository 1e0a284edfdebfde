using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace PluginIr.Contracts.Tests.Staging;

/// <summary>The build role that the package brings, in a project as a vendor writes it.</summary>
public sealed class StagingTests
{
    [Fact]
    public async Task A_rebuild_removes_what_the_plugin_had_and_nothing_else_whatever_the_names_of_files()
    {
        using var project = new VendorProject();
        project.Write("data/it's 100% [odd]; #1.txt", "1");
        project.Write("data/kept.txt", "2");
        await BuildAsync(project);
        Assert.Equal(
            ["Kernels.deps.json", "Kernels.dll", "Kernels.pdb", "data/it's 100% [odd]; #1.txt", "data/kept.txt", "plugin.json"], project.FilesIn(project.Staged));
        AssertListsAll(project);

        project.Write(Path.Combine(project.Staged, "notes.txt"), "mine");
        project.Write(Path.Combine(project.Staged, "data/notes.txt"), "mine too");
        File.Delete(project.PathOf("data/it's 100% [odd]; #1.txt"));
        await BuildAsync(project);
        Assert.Equal(
            ["Kernels.deps.json", "Kernels.dll", "Kernels.pdb", "data/kept.txt", "data/notes.txt", "notes.txt", "plugin.json"], project.FilesIn(project.Staged));
        AssertListsAll(project, "notes.txt", "data/notes.txt");
    }

    [Fact]
    public async Task A_rebuild_removes_nothing_outside_of_the_folder_whatever_its_manifest_lists()
    {
        using var project = new VendorProject();
        string hash = new('0', 64), outside = project.PathOf("outside.txt");
        project.Write(outside, "mine");
        project.Write("artifacts/plugins/outside.txt", "mine");
        project.Write(Path.Combine(project.Staged, "old.txt"), "the plugin's");
        project.Write(
            Path.Combine(project.Staged, "plugin.json"), $$"""{"name":"Kernels","files":{"../outside.txt":"{{hash}}","{{outside}}":"{{hash}}","old.txt":"{{hash}}"} }""");
        await BuildAsync(project);
        Assert.True(File.Exists(outside));
        Assert.Equal(["Kernels/Kernels.deps.json", "Kernels/Kernels.dll", "Kernels/Kernels.pdb", "Kernels/plugin.json", "outside.txt"], project.FilesIn("artifacts/plugins"));
    }

    [Theory]
    [InlineData("PIR095", "notes.txt", "mine")]
    [InlineData("PIR095", "Other/plugin.json", """{ "name": "Other" }""")]
    [InlineData("PIR094", "plugin.json", """{ "name": "Other" }""")]
    public async Task A_folder_that_is_not_this_plugins_is_refused_and_left_as_it_is(string code, string file, string text)
    {
        using var project = new VendorProject();
        project.Write($"stage/{file}", text);
        (int exitCode, string output) = await project.BuildAsync($"PluginIrStageDirectory={project.PathOf("stage")}");
        Assert.Equal(1, exitCode);
        Assert.Contains($"error {code}: {project.PathOf("stage")}", output);
        Assert.Contains("Set PluginIrStageDirectory", output);
        Assert.Equal([file], project.FilesIn("stage"));
        Assert.Equal(text, File.ReadAllText(project.PathOf($"stage/{file}")));
    }

    [Fact]
    public async Task Staging_that_was_broken_off_before_there_was_a_manifest_goes_on()
    {
        using var project = new VendorProject();
        project.Write(Path.Combine(project.Staged, "Kernels.dll"), "half of it");
        project.Write(Path.Combine(project.Staged, "plugin.json.new"), "half of it");
        await BuildAsync(project);
        Assert.Equal(["Kernels.deps.json", "Kernels.dll", "Kernels.pdb", "plugin.json"], project.FilesIn(project.Staged));
        AssertListsAll(project);
    }

    [Theory]
    [InlineData("PIR091", "my \"kernels\"", "<PluginIrName>my \"kernels\"</PluginIrName>")]
    [InlineData("PIR092", "1.0\"", "<Version>1.0\"</Version><PackageVersion>1.0</PackageVersion><GenerateAssemblyInfo>false</GenerateAssemblyInfo>")]
    [InlineData("PIR093", "my\"file", "<AssemblyName>my\"file</AssemblyName>")]
    public async Task What_a_manifest_cannot_say_is_refused_before_anything_is_staged(string code, string found, string properties)
    {
        using var project = new VendorProject(properties);
        (int exitCode, string output) = await project.BuildAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains($"error {code}", output);
        Assert.Contains(found, output);
        Assert.False(Directory.Exists(project.Staged));
    }

    [Fact]
    public async Task A_role_that_is_none_is_refused_with_the_one_there_is()
    {
        using var project = new VendorProject();
        (int exitCode, string output) = await project.BuildAsync("PluginIrRole=plugn");
        Assert.Equal(1, exitCode);
        Assert.Contains("error PIR096: PluginIrRole must be 'plugin'", output);
        Assert.Contains("found 'plugn'", output);
    }

    [Theory]
    [InlineData(true, "Configuration=Debug")]
    [InlineData(true, "Optimize=false")]
    [InlineData(false, "Configuration=Debug", "Optimize=true")]
    public async Task A_plugin_that_is_staged_with_code_that_is_not_optimised_is_warned_of(bool isWarnedOf, params string[] properties)
    {
        using var project = new VendorProject();
        (int exitCode, string output) = await project.BuildAsync(properties);
        Assert.True(exitCode == 0, output);
        Assert.True(File.Exists(Path.Combine(project.Staged, "plugin.json")));
        Assert.Equal(isWarnedOf, output.Contains("warning PIR097: Kernels is staged with kernels that are not optimised"));
        Assert.Equal(isWarnedOf, output.Contains("-c Release"));
    }

    private static async Task BuildAsync(VendorProject project)
    {
        (int exitCode, string output) = await project.BuildAsync();
        Assert.True(exitCode == 0, output);
    }

    // Every file that is staged is listed with its hash, but for those that are not the plugin's.
    private static void AssertListsAll(VendorProject project, params string[] others)
    {
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(project.Staged, "plugin.json")))!;
        Assert.Equal("Kernels", (string)manifest["name"]!);
        Assert.Equal(
            project.FilesIn(project.Staged).Except(["plugin.json", .. others])
                .ToDictionary(f => f, f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(project.Staged, f))))),
            manifest["files"]!.AsObject().ToDictionary(f => f.Key, f => (string)f.Value!));
    }
}
