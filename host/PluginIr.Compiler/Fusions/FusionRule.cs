using PluginIr.Compiler.Graphs;
using PluginIr.Registration;

namespace PluginIr.Compiler.Fusions;

/// <summary>A fusion as data, checked: what is looked for and what takes its place.</summary>
/// <param name="Name">The fusion's name.</param>
/// <param name="Pattern">What is looked for.</param>
/// <param name="Replacement">What takes its place: one call.</param>
/// <param name="ContentHash">The content of the build that it comes from.</param>
internal sealed record FusionRule(string Name, CallPattern Pattern, CallPattern Replacement, string ContentHash)
{
    /// <summary>The call that takes the pattern's place.</summary>
    public PatternCall Call => Replacement.Calls[0];

    /// <summary>Records both sides and checks them.</summary>
    /// <exception cref="GraphException">They are no fusion; the message says why.</exception>
    public static FusionRule Of(FusionDescriptor fusion, string contentHash)
    {
        CallPattern pattern = PatternRecorder.Record(fusion.Pattern), replacement = PatternRecorder.Record(fusion.Replacement);
        string? problem =
            pattern.Calls.Count == 0 ? "its pattern makes no call"
            : replacement.Calls.Count != 1 ? $"its replacement must be one call; found {replacement.Calls.Count}"
            : pattern.Outputs.Count == 0 || pattern.Outputs.Count != replacement.Outputs.Count
                ? $"both sides must have as many outputs, at least one; found {pattern.Outputs.Count} and {replacement.Outputs.Count}"
            : pattern.Values[pattern.Outputs[0]].Call != pattern.Calls.Count - 1 ? "its pattern's first output must come from its last call"
            : pattern.Outputs.Concat(replacement.Outputs).Count() != pattern.Outputs.Distinct().Count() + replacement.Outputs.Distinct().Count()
                ? "an output may be named once"
            : pattern.Outputs.Any(o => pattern.Values[o].Call < 0) || replacement.Outputs.Any(o => replacement.Values[o].Call < 0)
                ? "its outputs must be results of calls"
            : replacement.Variables.Except(pattern.Variables).FirstOrDefault() is { } unbound
                ? $"its replacement uses the variable '{unbound}', which its pattern does not have"
            : pattern.Variables.Except(replacement.Variables).FirstOrDefault() is { } lost ? $"its replacement does not use the variable '{lost}'"
            : null;
        return problem is null
            ? new FusionRule(fusion.Name, pattern, replacement, contentHash)
            : throw new GraphException($"Fusion '{fusion.Name}' cannot be used: {problem}.");
    }
}
