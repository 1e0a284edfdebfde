using System.Globalization;

namespace PluginIr.Hosting.Manifests;

/// <summary>The folder of one process's <see cref="PrivateCopy">copies</see>; removes those that ended processes left behind.</summary>
public sealed class PrivateCopies : IDisposable
{
    private const string LockFile = "in-use";

    private readonly FileStream _lock;
    private int _count;

    /// <summary>Creates the folder.</summary>
    /// <param name="parent">Where; a folder of this user's among the system's temporary files when null.</param>
    /// <exception cref="IOException">
    /// It cannot be made or written to; or that of this user belongs to another, or others can write to it: what is copied there and checked need not
    /// be what is loaded.
    /// </exception>
    public PrivateCopies(string? parent = null)
    {
        if (parent is null)
            MakePrivate(parent = UsualParent);
        try
        {
            Directory.CreateDirectory(parent);
            RemoveAbandoned(parent);
            Folder = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Path.GetRandomFileName()}"));
            Directory.CreateDirectory(Folder);
            _lock = Lock(Folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(parent, failure);
        }
    }

    /// <summary>Where they are.</summary>
    public string Folder { get; }

    private static string UsualParent => Path.Combine(Path.GetTempPath(), $"pluginir-{Environment.UserName}");

    /// <summary>The folders of processes that run now.</summary>
    /// <param name="parent">Where; the usual place when null.</param>
    public static IReadOnlyList<string> InUse(string? parent = null)
    {
        parent ??= UsualParent;
        return Directory.Exists(parent) ? [.. Directory.GetDirectories(parent).Where(IsInUse)] : [];
    }

    /// <summary>Copies a build; see <see cref="PrivateCopy.Make"/>.</summary>
    public PrivateCopy Make(string source, PluginManifest manifest, byte[] manifestBytes) => PrivateCopy.Make(
        source, manifest, manifestBytes, Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{manifest.Name}-{Interlocked.Increment(ref _count)}")));

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock.Dispose();
        TryRemove(Folder);
    }

    /// <summary>Makes a folder that this user alone can write to, where temporary files of all users lie together and anybody can have made it first.</summary>
    /// <param name="parent">The folder.</param>
    /// <exception cref="IOException">It cannot be made; or it is there already, and belongs to another user or others can write to it.</exception>
    internal static void MakePrivate(string parent)
    {
        // There each user's temporary files lie apart.
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            Directory.CreateDirectory(parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(parent, failure);
        }

        const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if (new DirectoryInfo(parent).LinkTarget is { } target)
            throw new IOException($"{parent}, where copies of plugins are to be, is a link to {target}. Remove it, or have TMPDIR name another folder.");

        // To a host that runs as root the system denies no folder, whoever made it. On macOS each user's temporary files lie apart too.
        if (OperatingSystem.IsLinux() && FolderOwner.Of(parent) is var owner && owner != FolderOwner.EffectiveUser())
        {
            throw new IOException(
                $"{parent}, where copies of plugins are to be, belongs to user {owner} and this host runs as user {FolderOwner.EffectiveUser()}, so what is loaded might " +
                "not be what was checked. Remove it, or have TMPDIR name another folder.");
        }

        if ((File.GetUnixFileMode(parent) & OthersWrite) != 0)
        {
            throw new IOException(
                $"{parent}, where copies of plugins are to be, can be written to by others than its owner, so what is loaded might not be what was checked. " +
                "Remove it, or have TMPDIR name another folder.");
        }
    }

    /// <summary>What to do where copies cannot be written: the system chooses the folder, and the user says which one that is.</summary>
    internal static string OtherFolder => $"Set {(OperatingSystem.IsWindows() ? "TMP" : "TMPDIR")} to a folder that this user can write to and that has room.";

    private static IOException CannotWrite(string folder, Exception failure) =>
        new($"{folder}, where copies of plugins are to be, cannot be made or written to: {failure.Message} {OtherFolder}", failure);

    private static bool IsInUse(string folder)
    {
        try
        {
            using var file = new FileStream(Path.Combine(folder, LockFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
        {
            return true;
        }
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
