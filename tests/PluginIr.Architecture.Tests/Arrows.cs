namespace PluginIr.Architecture.Tests;

/// <summary>Which project may refer to which. Arrows go one way.</summary>
internal static class Arrows
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["PluginIr.Contracts"] = [],
        ["PluginIr.Contracts.Generators"] = [],
        ["PluginIr.Runtime"] = ["PluginIr.Contracts"],
        ["PluginIr.Compiler"] = ["PluginIr.Contracts", "PluginIr.Runtime"],
        ["PluginIr.Hosting"] = ["PluginIr.Contracts", "PluginIr.Runtime", "PluginIr.Compiler"],
        ["PluginIr.Models"] = ["PluginIr.Contracts", "PluginIr.Runtime", "PluginIr.Compiler"],
        ["PluginIr.Cli"] = ["PluginIr.Contracts", "PluginIr.Runtime", "PluginIr.Compiler", "PluginIr.Hosting", "PluginIr.Models"],
    };

    /// <summary>Says which of a project's references it may not have.</summary>
    public static IEnumerable<string> Forbidden(string project, IEnumerable<string> references) =>
        s_allowed.TryGetValue(project, out string[]? allowed)
            ? references.Except(allowed).Select(r => $"{project} -> {r}")
            : [$"{project} is not a project that the design names"];
}
