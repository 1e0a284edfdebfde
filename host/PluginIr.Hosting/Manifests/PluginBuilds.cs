using PluginIr.Runtime;

namespace PluginIr.Hosting.Manifests;

/// <summary>Puts builds into plugins' folders, and keeps the build that was there before.</summary>
public static class PluginBuilds
{
    private const string PreviousFolder = ".previous";

    // A host keeps what it has replaced while somebody rolls back in the same process.
    private static readonly Lock s_previous = new();

    /// <summary>Finds a plugin's folder among configured folders. Manifests are read; nothing is loaded.</summary>
    /// <param name="folders">The configured folders, whose subfolders are plugins.</param>
    /// <param name="name">
    /// The name in the manifest of the build that is there; or, where none has it, in that of the build that was there before, or the folder's own name.
    /// </param>
    /// <returns>The plugin's folder, as <see cref="Rollback"/> takes it.</returns>
    /// <exception cref="ArgumentException">No plugin has the name; the message names the nearest.</exception>
    /// <exception cref="ManifestException">More than one has it.</exception>
    public static string Find(IReadOnlyList<string> folders, string name)
    {
        string[] plugins = [.. folders.SelectMany(PluginFolder.In).Distinct()];
        Func<string, string?>[] namings = [TryReadName, folder => TryReadName(PreviousOf(folder)), Path.GetFileName];
        foreach (Func<string, string?> naming in namings)
        {
            string[] found = [.. plugins.Where(folder => naming(folder) == name)];
            if (found.Length > 1)
                throw new ManifestException($"{string.Join(" and ", found)} hold plugins named '{name}'. Give the name of one of the folders, or remove all but one.");
            if (found.Length == 1)
                return found[0];
        }

        string[] known = [.. plugins.Select(folder => TryReadName(folder) ?? Path.GetFileName(folder)).Distinct()];
        string hint = known.Length > 0 ? NearestName.Hint(name, known) : $" There are no plugins in {(folders.Count > 0 ? string.Join(", ", folders) : "any configured folder; PluginIr:Plugins is empty")}.";
        throw new ArgumentException($"No plugin is named '{name}'.{hint}", nameof(name));
    }

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
    public static void KeepPrevious(string build, string folder)
    {
        lock (s_previous)
            Install(build, PreviousOf(folder));
    }

    /// <summary>Puts the previous build back into a plugin's folder, and keeps the present one in its place, unless that is broken. A watching host takes it in.</summary>
    /// <param name="folder">The plugin's folder.</param>
    /// <returns>The manifest of the build that was put back.</returns>
    /// <exception cref="ManifestException">No previous build was kept.</exception>
    public static PluginManifest Rollback(string folder)
    {
        lock (s_previous)
            return Exchange(folder, PreviousOf(folder));
    }

    // What is kept is the present build before the folder changes: a watching host, in another process too, notices that and keeps the same build at
    // the same place.
    private static PluginManifest Exchange(string folder, string previous)
    {
        if (!Directory.Exists(previous))
            throw new ManifestException($"No previous build of the plugin in {folder} was kept: no other build of it has come since a host watched it.");
        PluginManifest manifest = PluginManifest.Parse(Path.Combine(previous, PluginManifest.FileName), PluginFolder.ReadManifest(previous));
        string present = previous + ".present", back = previous + ".back";
        bool isKept = TryInstall(folder, present);
        Remove(back);
        Directory.Move(previous, back);
        if (isKept)
            Directory.Move(present, previous);
        try
        {
            Install(back, folder);
        }
        catch
        {
            Remove(previous);
            Directory.Move(back, previous);
            throw;
        }

        Remove(back);
        return manifest;
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    // A build that lacks files or a manifest is none to come back to, and often why the other one is wanted.
    private static bool TryInstall(string source, string target)
    {
        try
        {
            Install(source, target);
            return true;
        }
        catch (ManifestException)
        {
            return false;
        }
    }

    // A build whose manifest cannot be read may be the very one that is to be rolled back.
    private static string? TryReadName(string folder)
    {
        try
        {
            return PluginManifest.Parse(Path.Combine(folder, PluginManifest.FileName), PluginFolder.ReadManifest(folder)).Name;
        }
        catch (ManifestException)
        {
            return null;
        }
    }

    private static string PreviousOf(string folder) =>
        Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))!, PreviousFolder, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
}
