namespace PluginIr.Hosting.Manifests;

/// <summary>A copy of one build of a plugin that nobody else writes to: the bytes that were hashed are the bytes that load.</summary>
public sealed class PrivateCopy
{
    private PrivateCopy(string folder) => Folder = folder;

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>Copies the files that a manifest lists, checking each against its hash on the way, and the manifest.</summary>
    /// <param name="source">The plugin's folder.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="manifestBytes">The manifest as it was read.</param>
    /// <param name="target">A folder that does not exist yet.</param>
    /// <exception cref="ManifestException">A file is missing or has other bytes. Nothing is left behind.</exception>
    public static PrivateCopy Make(string source, PluginManifest manifest, byte[] manifestBytes, string target)
    {
        var copy = new PrivateCopy(target);
        try
        {
            foreach ((string name, string hash) in manifest.Files)
                CopyFile(source, name, hash, target);
            File.WriteAllBytes(Path.Combine(target, PluginManifest.FileName), manifestBytes);
            return copy;
        }
        catch
        {
            copy.TryRemove();
            throw;
        }
    }

    /// <summary>Removes it. What stays goes with the folder that it is in, when the process ends.</summary>
    /// <returns>Why some of it stays; null when all is gone.</returns>
    public string? TryRemove()
    {
        try
        {
            if (Directory.Exists(Folder))
                Directory.Delete(Folder, recursive: true);
            return null;
        }
        catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
        {
            return inUse.Message;
        }
    }

    private static void CopyFile(string source, string name, string hash, string target)
    {
        string from = Path.Combine(source, name), to = Path.Combine(target, name);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(from);
        }
        catch (IOException unreadable)
        {
            string problem = unreadable is FileNotFoundException or DirectoryNotFoundException ? "is not there" : $"cannot be read ({unreadable.Message})";
            throw new ManifestException(
                $"{from} is listed in {PluginManifest.FileName} and {problem}. Copy all files of the plugin, the manifest last.",
                isIncomplete: true, unreadable);
        }

        string found = PluginManifest.HashOf(bytes);
        if (found != hash)
        {
            throw new ManifestException(
                $"{from} does not have the bytes that {PluginManifest.FileName} lists: expected SHA-256 {hash}, found {found}. " +
                "Copy all files of one build, the manifest last.",
                isIncomplete: true);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.WriteAllBytes(to, bytes);
    }
}
