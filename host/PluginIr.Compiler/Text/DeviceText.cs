using System.Globalization;
using PluginIr.Compiler.Graphs;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler.Text;

/// <summary>Devices as graph text writes them: <c>cuda</c>, <c>cuda:1</c>.</summary>
internal static class DeviceText
{
    // Naming a kind takes one of a process's few numbers for kinds, so text may name those only that are there or well known.
    private static readonly string[] s_wellKnown = ["cpu", "cuda", "rocm"];

    /// <summary>Reads a device.</summary>
    /// <exception cref="GraphException">The text names none.</exception>
    public static Device Parse(string text, RegistrySnapshot snapshot)
    {
        string[] parts = text.Split(':');
        ushort ordinal = 0;
        if (parts.Length > 2 || (parts.Length == 2 && !ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ordinal)))
            throw new GraphException($"'{text}' is not a device; expected a kind, or a kind and a number such as cuda:1.");
        string[] known = [.. snapshot.Providers.Values.Select(p => p.Device.Name).Union(s_wellKnown)];
        return known.Contains(parts[0])
            ? new Device(DeviceKind.Get(parts[0]), ordinal)
            : throw new GraphException($"No loaded provider works on '{parts[0]}'.{NearestName.Hint(parts[0], known)}");
    }
}
