using Microsoft.Extensions.Logging;
using PluginIr.Compiler.Fusions;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;

namespace PluginIr.Hosting.Configuration;

/// <summary>Names in options, other than those that <see cref="PriorityTable.Validate"/> looks at, against what is loaded.</summary>
internal static class PluginIrOptionsNames
{
    /// <summary>Refuses options that name a fusion that is not there.</summary>
    /// <param name="options">The options.</param>
    /// <param name="registry">Everything that is loaded.</param>
    /// <exception cref="PluginIrOptionsException">Names each of them.</exception>
    public static void Require(PluginIrOptions options, RegistrySnapshot registry)
    {
        string[] problems = [.. options.Compile.Fusions.Keys
            .Select(name => RegisteredFusions.Problem(registry, name)).OfType<string>().Select(problem => $"{PluginIrOptions.Section}:Fusions: {problem}")];
        if (problems.Length > 0)
            throw new PluginIrOptionsException(problems);
    }

    /// <summary>Warns of providers in the platform's order that are neither there nor those that a host looks for by itself.</summary>
    /// <param name="options">The options.</param>
    /// <param name="registry">Everything that is loaded.</param>
    /// <param name="logger">Where it logs.</param>
    public static void WarnOfStrangers(PluginIrOptions options, RegistrySnapshot registry, ILogger logger)
    {
        IEnumerable<string> known = registry.Providers.Keys.Union(PriorityTable.Default.Platform);
        foreach (string stranger in options.Priority.Platform.Except(known))
            Log.UnknownPlatformProvider(logger, stranger, NearestName.Hint(stranger, known));
    }
}
