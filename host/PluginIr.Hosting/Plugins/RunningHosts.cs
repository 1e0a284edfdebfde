using System.Text.Json;
using PluginIr.Hosting.Manifests;

namespace PluginIr.Hosting.Plugins;

/// <summary>The hosts of this machine's running processes, as each says of itself in a file beside its private copies of plugins.</summary>
public static class RunningHosts
{
    private const string StatusFile = "status.json";

    /// <summary>What each host last said, in the order of their processes; hosts of other users whose files cannot be read are left out.</summary>
    /// <param name="parent">The folder that hosts keep their copies in; the usual one when null.</param>
    public static IReadOnlyList<HostStatus> Read(string? parent = null) =>
        [.. PrivateCopies.InUse(parent).Select(TryRead).OfType<HostStatus>().OrderBy(h => h.ProcessId)];

    /// <summary>Says something of a host, in one step: whoever reads sees all of it or what was there before.</summary>
    /// <param name="folder">The folder of its copies.</param>
    /// <param name="status">What is so.</param>
    internal static void Write(string folder, HostStatus status)
    {
        string file = Path.Combine(folder, StatusFile), incoming = file + ".new";
        File.WriteAllBytes(incoming, JsonSerializer.SerializeToUtf8Bytes(status));
        File.Move(incoming, file, overwrite: true);
    }

    // A host may end while its file is read, and a newer one may say things that this one does not know.
    private static HostStatus? TryRead(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<HostStatus>(File.ReadAllBytes(Path.Combine(folder, StatusFile)));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
