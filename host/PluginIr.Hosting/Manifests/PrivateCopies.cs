using System.Globalization;

namespace PluginIr.Hosting.Manifests;

/// <summary>The folder of one process's <see cref="PrivateCopy">copies</see>; removes those that ended processes left behind.</summary>
public sealed class PrivateCopies : IDisposable
{
    private const string LockFile = "in-use";

    private readonly string _folder;
    private readonly FileStream _lock;
    private int _count;

    /// <summary>Creates the folder.</summary>
    /// <param name="parent">Where; the system's folder for temporary files when null.</param>
    public PrivateCopies(string? parent = null)
    {
        parent ??= Path.Combine(Path.GetTempPath(), "pluginir");
        Directory.CreateDirectory(parent);
        RemoveAbandoned(parent);
        _folder = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Path.GetRandomFileName()}"));
        Directory.CreateDirectory(_folder);
        _lock = Lock(_folder);
    }

    /// <summary>Copies a build; see <see cref="PrivateCopy.Make"/>.</summary>
    public PrivateCopy Make(string source, PluginManifest manifest, byte[] manifestBytes) => PrivateCopy.Make(
        source, manifest, manifestBytes, Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{manifest.Name}-{Interlocked.Increment(ref _count)}")));

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock.Dispose();
        TryRemove(_folder);
    }

    private static FileStream Lock(string folder) =>
        new(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);

    // The system gives up a process's locks when the process ends, however it ends.
    private static void RemoveAbandoned(string parent)
    {
        foreach (string folder in Directory.GetDirectories(parent))
        {
            try
            {
                // A folder without a lock may belong to a process that has just made it.
                if (!File.Exists(Path.Combine(folder, LockFile)))
                    continue;
                Lock(folder).Dispose();
            }
            catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            TryRemove(folder);
        }
    }

    // What cannot be removed now, because a library in it is still loaded, is removed by a later process.
    private static void TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception notNow) when (notNow is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }
}
