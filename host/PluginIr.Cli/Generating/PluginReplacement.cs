using PluginIr.Hosting.Manifests;

namespace PluginIr.Cli.Generating;

/// <summary>A build of a plugin that takes the place of the loaded one, the way a vendor's build or copy does it: files first, manifest last.</summary>
/// <param name="Source">The folder with the new build.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="After">After how many tokens it is put in place.</param>
internal sealed record PluginReplacement(string Source, PluginManifest Manifest, int After)
{
    /// <summary>Reads the new build's manifest.</summary>
    /// <param name="option">The option that names the folder, for messages.</param>
    /// <param name="source">The folder with the new build.</param>
    /// <param name="after">After how many tokens it is put in place.</param>
    /// <exception cref="InputException">It is no plugin's folder, or its manifest is a bad one.</exception>
    public static PluginReplacement Read(string option, string source, int after)
    {
        if (File.Exists(source))
            throw new InputException($"{option}: '{source}' is a file; name a plugin's folder.");
        if (!Directory.Exists(source))
            throw new InputException($"{option}: the folder '{source}' does not exist.");
        string path = Path.Combine(source, PluginManifest.FileName);
        if (!File.Exists(path))
            throw new InputException($"{option}: '{source}' has no {PluginManifest.FileName}, so it is not a plugin; name the folder of one, with its files and manifest.");
        try
        {
            return new PluginReplacement(source, PluginManifest.Parse(path, File.ReadAllBytes(path)), after);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{option}: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Copies it over a plugin's folder.</summary>
    public void CopyOver(string folder) => PluginBuilds.Install(Source, folder);
}
