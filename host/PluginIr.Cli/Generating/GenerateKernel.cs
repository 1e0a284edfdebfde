using System.Text.Json.Serialization;

namespace PluginIr.Cli.Generating;

/// <summary>How often a provider ran an op.</summary>
/// <param name="Op">The op.</param>
/// <param name="Provider">The provider.</param>
/// <param name="Calls">How often.</param>
/// <param name="Generations">The same by the plugin's generation.</param>
internal sealed record GenerateKernel(
    string Op, string Provider, long Calls, [property: JsonIgnore] IReadOnlyList<(string Generation, long Calls)> Generations);
