using PluginIr.Hosting.Manifests;

namespace PluginIr.Cli.Generating;

/// <summary>A build of a plugin that takes the place of the loaded one, the way a vendor's build or copy does it: files first, manifest last.</summary>
/// <param name="Source">The folder with the new build.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="After">After how many tokens it is put in place.</param>
internal sealed record PluginReplacement(string Source, PluginManifest Manifest, int After)
{
    /// <summary>Reads the new build's manifest.</summary>
    /// <exception cref="IOException">It has none, or a bad one.</exception>
    public static PluginReplacement Read(string source, int after)
    {
        string path = Path.Combine(source, PluginManifest.FileName);
        return new PluginReplacement(source, PluginManifest.Parse(path, File.ReadAllBytes(path)), after);
    }

    /// <summary>Copies it over a plugin's folder.</summary>
    public void CopyOver(string folder) => PluginBuilds.Install(Source, folder);
}
