namespace PluginIr.Hosting.Manifests;

/// <summary>Finds plugins: the subfolders of the configured folders.</summary>
internal static class PluginFolder
{
    /// <summary>The subfolders of a configured folder, in the order of their names; none when it does not exist.</summary>
    public static IEnumerable<string> In(string configured) =>
        Directory.Exists(configured)
            ? Directory.EnumerateDirectories(configured).Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal)
            : [];

    /// <summary>Assemblies that lie beside the plugins' folders instead of in one of their own.</summary>
    public static IEnumerable<string> StrayAssembliesIn(string configured) =>
        Directory.Exists(configured) ? Directory.EnumerateFiles(configured, "*.dll").Order(StringComparer.Ordinal) : [];

    /// <summary>How long nothing in a plugin's folder has been written, added or removed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="now">The time.</param>
    public static TimeSpan UnchangedFor(string folder, DateTimeOffset now)
    {
        try
        {
            var top = new DirectoryInfo(folder);
            DateTime last = top.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Prepend(top).Max(entry => entry.LastWriteTimeUtc);
            return last < now.UtcDateTime ? now.UtcDateTime - last : TimeSpan.Zero;
        }
        catch (Exception changing) when (changing is IOException or UnauthorizedAccessException)
        {
            return TimeSpan.Zero;
        }
    }

    /// <summary>When the manifest was written: a time long ago when there is none.</summary>
    public static DateTime ManifestWritten(string folder) => File.GetLastWriteTimeUtc(Path.Combine(folder, PluginManifest.FileName));

    /// <summary>The manifest's bytes.</summary>
    /// <exception cref="ManifestException">There is none, or it cannot be read.</exception>
    public static byte[] ReadManifest(string folder)
    {
        string path = Path.Combine(folder, PluginManifest.FileName);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception unreadable) when (unreadable is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ManifestException(
                $"{folder} has no {PluginManifest.FileName}, so it is not a plugin, or not yet completely copied. " +
                "A project with the plugin build role writes one (see the README).",
                isIncomplete: true, unreadable);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ManifestException(
                $"{path} cannot be read: {unreadable.Message} Let the user '{Environment.UserName}', whom this host runs as, read it.", isIncomplete: true, unreadable);
        }
    }
}
