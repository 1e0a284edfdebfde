using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PluginIr.Hosting.Manifests;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>The plugins that were built with the tests, and what vendors' builds and copies do with their folders.</summary>
internal static class Builds
{
    private static readonly string s_artifacts = typeof(Builds).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "ArtifactsDirectory").Value!;

    public static string CpuSimd => Path.Combine(s_artifacts, "plugins", "PluginIr.CpuSimd");

    public static string CountingV1 => Fixture("CountingV1");

    public static string CountingV2 => Fixture("CountingV2");

    public static string DeclaresOp => Fixture("DeclaresOp");

    public static string ImplementsOp => Fixture("ImplementsOp");

    public static string Throwing => Fixture("Throwing");

    public static string Sharing => Fixture("Sharing");

    public static string Pinning => Fixture("Pinning");

    public static string Wrong => Fixture("Wrong");

    public static string Hanging => Fixture("Hanging");

    public static string TapeV1 => Fixture("TapeV1");

    public static string TapeV2 => Fixture("TapeV2");

    public static string TapeWrong => Fixture("TapeWrong");

    public static string Cuda => Path.Combine(s_artifacts, "plugins", "PluginIr.Cuda");

    public static string MistakesOp => Fixture("MistakesOp");

    /// <summary>A build of the plugin <see cref="DeclaresOp"/> whose definition is wrong.</summary>
    public static string MisdeclaresOp => Fixture("MisdeclaresOp");

    /// <summary>A build that was made against a version of the contracts and is kept in the repository.</summary>
    public static string Prebuilt(string contracts) =>
        Path.Combine(s_artifacts, "..", "tests", "plugins", "prebuilt", $"contracts-{contracts}");

    /// <summary>The faulty plugin with one of its faults, installed into a plugins' folder.</summary>
    public static void InstallFaulty(string folder, string fault, string text = "")
    {
        Install(Fixture("Faulty"), folder);
        ReplaceFile(folder, "fault.txt", System.Text.Encoding.UTF8.GetBytes($"{fault}\n{text}\n"));
    }

    /// <summary>Copies a build into a plugins' folder, the manifest last and in one step.</summary>
    public static void Install(string build, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(build).Where(f => Path.GetFileName(f) != PluginManifest.FileName))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        InstallManifest(File.ReadAllText(Path.Combine(build, PluginManifest.FileName)), folder);
    }

    /// <summary>Writes a manifest in one step.</summary>
    public static void InstallManifest(string text, string folder)
    {
        string incoming = Path.Combine(folder, "incoming");
        File.WriteAllText(incoming, text);
        File.Move(incoming, Path.Combine(folder, PluginManifest.FileName), overwrite: true);
    }

    /// <summary>Changes an installed plugin's manifest.</summary>
    public static void EditManifest(string folder, Action<JsonObject> edit)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, PluginManifest.FileName)))!.AsObject();
        edit(manifest);
        InstallManifest(manifest.ToJsonString(), folder);
    }

    /// <summary>Replaces one file of an installed plugin and lists its new hash.</summary>
    public static void ReplaceFile(string folder, string name, byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(folder, name), bytes);
        EditManifest(folder, manifest => manifest["files"]![name] = Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static string Fixture(string name) => Path.Combine(s_artifacts, "test-plugins", $"PluginIr.Fixtures.{name}");
}
