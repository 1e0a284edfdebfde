namespace PluginIr.Hosting.Manifests;

/// <summary>Puts builds into plugins' folders, and keeps the build that was there before.</summary>
public static class PluginBuilds
{
    private const string PreviousFolder = ".previous";

    /// <summary>Copies a build over a plugin's folder: its files, then the manifest in one step, so that a watching host sees all or nothing.</summary>
    /// <param name="source">A folder with a manifest.</param>
    /// <param name="target">The plugin's folder; made when it does not exist.</param>
    /// <exception cref="ManifestException">The source has no manifest, a bad one, or lacks a file. A manifest in the target stands.</exception>
    public static void Install(string source, string target)
    {
        PluginManifest manifest = PluginManifest.Parse(Path.Combine(source, PluginManifest.FileName), PluginFolder.ReadManifest(source));
        if (manifest.Files.Keys.FirstOrDefault(f => !File.Exists(Path.Combine(source, f))) is { } missing)
            throw new ManifestException($"{source} lacks '{missing}', which its {PluginManifest.FileName} lists. Build the plugin again.");
        Directory.CreateDirectory(target);
        foreach (string file in manifest.Files.Keys)
        {
            string to = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(Path.Combine(source, file), to, overwrite: true);
        }

        string incoming = Path.Combine(target, PluginManifest.FileName + ".new");
        File.Copy(Path.Combine(source, PluginManifest.FileName), incoming, overwrite: true);
        File.Move(incoming, Path.Combine(target, PluginManifest.FileName), overwrite: true);
    }

    /// <summary>Keeps a build that was replaced, so that <see cref="Rollback"/> can bring it back.</summary>
    /// <param name="build">A folder with the build's files and manifest.</param>
    /// <param name="folder">The plugin's folder.</param>
    public static void KeepPrevious(string build, string folder) => Install(build, PreviousOf(folder));

    /// <summary>Puts the previous build back into a plugin's folder, and keeps the present one in its place. A watching host takes it in.</summary>
    /// <param name="folder">The plugin's folder.</param>
    /// <returns>The version that was put back.</returns>
    /// <exception cref="ManifestException">No previous build was kept.</exception>
    public static string Rollback(string folder)
    {
        string previous = PreviousOf(folder);
        if (!Directory.Exists(previous))
            throw new ManifestException($"No previous build of the plugin in {folder} was kept: it has not been replaced since a host watched it.");
        string version = PluginManifest.Parse(Path.Combine(previous, PluginManifest.FileName), PluginFolder.ReadManifest(previous)).Version;
        string present = previous + ".present";
        Install(folder, present);
        Install(previous, folder);
        Directory.Delete(previous, recursive: true);
        Directory.Move(present, previous);
        return version;
    }

    private static string PreviousOf(string folder) =>
        Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))!, PreviousFolder, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
}
