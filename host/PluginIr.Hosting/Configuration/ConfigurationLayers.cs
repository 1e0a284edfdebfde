using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using PluginIr.Runtime.Priority;

namespace PluginIr.Hosting.Configuration;

/// <summary>Reads lists from a configuration made of layers: the topmost layer that has a list gives all of it.</summary>
/// <remarks>
/// Configuration itself merges lists item by item, so that a list of one over a list of three is a list of three. For an order of
/// providers that is never what was meant.
/// </remarks>
/// <param name="configuration">The configuration.</param>
internal sealed class ConfigurationLayers(IConfiguration configuration)
{
    private readonly IReadOnlyList<IConfigurationProvider> _topFirst = [.. Flatten(configuration).Reverse()];

    /// <summary>The list at a path: the items of an array, or one comma-separated string. Null when no layer has one.</summary>
    public IReadOnlyList<string>? ListAt(string path)
    {
        foreach (IConfigurationProvider layer in _topFirst)
        {
            if (ListIn(layer, path) is { } list)
                return list;
        }

        return null;
    }

    /// <summary>The layers, each of which goes over those before it.</summary>
    public IEnumerable<IConfigurationProvider> BottomFirst => _topFirst.Reverse();

    /// <summary>The list at a path of one layer: the items of an array, or one comma-separated string. Null when it has none.</summary>
    public static IReadOnlyList<string>? ListIn(IConfigurationProvider layer, string path)
    {
        if (layer.TryGet(path, out string? text) && text is not null)
            return PriorityTable.SplitList(text);
        string[] keys = KeysIn(layer, path);
        return keys.Length == 0 ? null : [.. keys.Select(key => layer.TryGet($"{path}:{key}", out string? item) ? item ?? "" : "")];
    }

    /// <summary>The keys below a path of one layer.</summary>
    public static string[] KeysIn(IConfigurationProvider layer, string path) =>
        [.. layer.GetChildKeys([], path).Distinct(StringComparer.OrdinalIgnoreCase).Order(ConfigurationKeyComparer.Instance)];

    /// <summary>The application's configuration with the variables named <c>PLUGINIR_…</c> over it, and its command line over those.</summary>
    /// <param name="configuration">The configuration. Whatever it has from its last command line on keeps its place over that.</param>
    public static IConfigurationRoot WithEnvironment(IConfiguration configuration)
    {
        IConfigurationProvider[] layers = [.. Flatten(configuration)];
        int commandLine = Array.FindLastIndex(layers, layer => layer is CommandLineConfigurationProvider);
        IConfigurationBuilder builder = new ConfigurationBuilder().AddConfiguration(configuration).AddPluginIrEnvironment();
        foreach (IConfigurationProvider over in commandLine < 0 ? [] : layers[commandLine..])
            builder.Add(new BorrowedLayer(over));
        return builder.Build();
    }

    /// <summary>The layers of a configuration, those of configurations that are chained into it too, each of which goes over those before it.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <exception cref="ArgumentException">It is a part of one.</exception>
    public static IEnumerable<IConfigurationProvider> Flatten(IConfiguration configuration)
    {
        if (configuration is not IConfigurationRoot root)
            throw new ArgumentException($"A whole configuration is needed (IConfigurationRoot), not the part {configuration.GetType().Name}.");
        return root.Providers.SelectMany(p => p is ChainedConfigurationProvider { Configuration: IConfigurationRoot inner } ? Flatten(inner) : [p]);
    }
}
