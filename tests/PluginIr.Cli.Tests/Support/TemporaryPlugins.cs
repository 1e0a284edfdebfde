using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace PluginIr.Cli.Tests.Support;

/// <summary>A folder of plugins that goes with the test.</summary>
internal sealed class TemporaryPlugins : IDisposable
{
    public TemporaryPlugins(params string[] builds)
    {
        foreach (string build in builds)
            Add(build);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("pluginir-tests-").FullName;

    /// <summary>Copies a build into a folder of its own.</summary>
    public string Add(string build)
    {
        string folder = System.IO.Path.Combine(Path, System.IO.Path.GetFileName(build));
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(build).OrderBy(f => f.EndsWith("plugin.json", StringComparison.Ordinal)))
            File.Copy(file, System.IO.Path.Combine(folder, System.IO.Path.GetFileName(file)));
        return folder;
    }

    /// <summary>Adds the plugin that is faulty in the way that is asked for.</summary>
    public string AddFaulty(string fault, string text)
    {
        string folder = Add(System.IO.Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Faulty"));
        string file = System.IO.Path.Combine(folder, "fault.txt"), manifest = System.IO.Path.Combine(folder, "plugin.json");
        File.WriteAllLines(file, [fault, text]);
        JsonNode edited = JsonNode.Parse(File.ReadAllText(manifest))!;
        edited["files"]!["fault.txt"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        File.WriteAllText(manifest, edited.ToJsonString());
        return folder;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
