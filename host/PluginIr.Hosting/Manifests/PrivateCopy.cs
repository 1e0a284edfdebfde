using PluginIr.Hosting.Loading;

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
    /// <exception cref="ManifestException">A file is missing, has other bytes, or cannot be read. Nothing is left behind.</exception>
    /// <exception cref="PluginException">The copy cannot be written. Nothing is left behind.</exception>
    public static PrivateCopy Make(string source, PluginManifest manifest, byte[] manifestBytes, string target)
    {
        var copy = new PrivateCopy(target);
        try
        {
            foreach ((string name, string hash) in manifest.Files)
                Write(manifest, Path.Combine(target, name), Read(source, name, hash));
            Write(manifest, Path.Combine(target, PluginManifest.FileName), manifestBytes);
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

    // The bytes that were listed.
    private static byte[] Read(string source, string name, string hash)
    {
        string path = Path.Combine(source, name);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (UnauthorizedAccessException unreadable)
        {
            throw new ManifestException(
                $"{path} is listed in {PluginManifest.FileName} and cannot be read ({unreadable.Message}). " +
                $"Let the user '{Environment.UserName}', whom this host runs as, read it as a file; then touch {PluginManifest.FileName}.",
                inner: unreadable);
        }
        catch (IOException unreadable)
        {
            string problem = unreadable is FileNotFoundException or DirectoryNotFoundException ? "is not there" : $"cannot be read ({unreadable.Message})";
            throw new ManifestException(
                $"{path} is listed in {PluginManifest.FileName} and {problem}. Copy all files of the plugin, the manifest last.",
                isIncomplete: true, unreadable);
        }

        string found = PluginManifest.HashOf(bytes);
        if (found != hash)
        {
            throw new ManifestException(
                $"{path} does not have the bytes that {PluginManifest.FileName} lists: expected SHA-256 {hash}, found {found}. " +
                "Copy all files of one build, the manifest last.",
                isIncomplete: true);
        }

        return bytes;
    }

    private static void Write(PluginManifest manifest, string path, byte[] bytes)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new PluginException(
                $"{manifest.Name} {manifest.Version}", LoadStep.Copy,
                $"{path}, the copy that would be loaded, cannot be written: {failure.Message} {PrivateCopies.OtherFolder} " +
                $"Or make room there, and touch the plugin's {PluginManifest.FileName}.");
        }
    }
}
