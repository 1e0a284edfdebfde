using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

/// <summary>What building a plugin leaves in its folder.</summary>
public sealed class StagedPluginTests : IDisposable
{
    private readonly string _folder = Path.Combine(RepositoryRoot(), "artifacts", "plugins", "PluginIr.CpuSimd");
    private readonly JsonDocument _manifest;

    public StagedPluginTests() => _manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "plugin.json")));

    private JsonElement Root => _manifest.RootElement;

    public void Dispose() => _manifest.Dispose();

    [Fact]
    public void The_manifest_names_the_plugin_and_the_contract_that_it_was_built_against()
    {
        Assert.Equal("PluginIr.CpuSimd", Root.GetProperty("name").GetString());
        Assert.Equal("PluginIr.CpuSimd.dll", Root.GetProperty("entryAssembly").GetString());
        Assert.Equal(typeof(Tensor).Assembly.GetName().Version!.ToString(2), Root.GetProperty("contractVersion").GetString());
        Assert.True(Version.TryParse(Root.GetProperty("version").GetString(), out _));
    }

    [Fact]
    public void The_manifest_lists_every_file_but_itself_with_its_hash()
    {
        Dictionary<string, string> listed = Root.GetProperty("files").EnumerateObject()
            .ToDictionary(file => file.Name, file => file.Value.GetString()!);
        Dictionary<string, string> found = Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(_folder, path).Replace('\\', '/')))
            .Where(file => file.Name != "plugin.json")
            .ToDictionary(file => file.Name, file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.Path))));

        Assert.Equal(found.OrderBy(file => file.Key), listed.OrderBy(file => file.Key));
        Assert.Contains("PluginIr.CpuSimd.dll", listed.Keys);
        Assert.Contains("PluginIr.CpuSimd.deps.json", listed.Keys);
    }

    [Fact]
    public void The_contracts_are_left_to_the_host() =>
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder), path => Path.GetFileName(path).StartsWith("PluginIr.Contracts", StringComparison.Ordinal));

    private static string RepositoryRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Directory.Build.targets")))
                return folder;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Directory.Build.targets.");
    }
}
