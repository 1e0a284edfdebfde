using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler.Fusions;

/// <summary>The fusions that are loaded, by name.</summary>
public static class RegisteredFusions
{
    /// <summary>Why a name is no fusion's, with the nearest that are; null when it is one's.</summary>
    /// <param name="registry">Everything that is loaded.</param>
    /// <param name="name">The name.</param>
    public static string? Problem(RegistrySnapshot registry, string name)
    {
        ArgumentNullException.ThrowIfNull(registry);
        string[] known = [.. registry.Generations.SelectMany(g => g.Fusions).Select(f => f.Name)];
        return known.Contains(name) ? null : $"Unknown fusion '{name}'.{NearestName.Hint(name, known)}";
    }
}
