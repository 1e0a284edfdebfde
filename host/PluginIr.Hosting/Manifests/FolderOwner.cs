using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace PluginIr.Hosting.Manifests;

/// <summary>
/// Whose a folder is, which the base library does not tell. Linux is asked by <c>statx</c>, whose structure is the same on all of its machines.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class FolderOwner
{
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint AskUser = 0x8; // STATX_UID

    /// <summary>The user that this process makes files as.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>The user that a folder belongs to; of a link, the link's own.</summary>
    /// <param name="folder">The folder's absolute path.</param>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static uint Of(string folder) => Ask(0, folder, NoFollow, AskUser, out Status status) == 0
        ? status.User
        : throw new IOException($"Whose folder {folder} is cannot be told: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int relativeTo, string path, int flags, uint mask, out Status status);

    // struct statx, of which this is all that is asked for.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)]
        public uint User;
    }
}
