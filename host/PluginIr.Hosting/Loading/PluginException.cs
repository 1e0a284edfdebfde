namespace PluginIr.Hosting.Loading;

/// <summary>A build of a plugin was refused. What served before still does.</summary>
/// <param name="plugin">The plugin's name and version.</param>
/// <param name="step">What it was refused at.</param>
/// <param name="problem">What was expected, what was found, what to do.</param>
/// <param name="inner">The cause.</param>
public sealed class PluginException(string plugin, LoadStep step, string problem, Exception? inner = null)
    : Exception($"{plugin} was refused ({step.ToString().ToLowerInvariant()}): {problem}", inner)
{
    /// <summary>What it was refused at.</summary>
    public LoadStep Step { get; } = step;
}
