using PluginIr.Compiler;
using PluginIr.Compiler.Graphs;

namespace PluginIr.Cli.Optimizing;

/// <summary>What <c>pluginir opt --json</c> writes.</summary>
/// <param name="Functionalized">How many maybe_inplace calls became functional.</param>
/// <param name="Donated">How many inputs the graph may write over.</param>
/// <param name="Clones">How many clones it has.</param>
/// <param name="Fused">How often each fusion was applied.</param>
/// <param name="Selected">The provider of each node that was lowered, by its first result.</param>
/// <param name="ArenaBytes">The arena's size at the symbol's largest size; null when it was not planned.</param>
/// <param name="ValuesBytes">What its values would take without sharing memory; null when it was not planned.</param>
/// <param name="Text">The graph.</param>
internal sealed record OptReport(
    int Functionalized, int Donated, int Clones, IReadOnlyDictionary<string, int> Fused, IReadOnlyDictionary<string, string> Selected,
    long? ArenaBytes, long? ValuesBytes, string Text)
{
    public static OptReport Of(Graph graph, CompileReport report) => new(
        report.Functionalized,
        graph.Inputs.ToArray().Count(i => i.IsDonated),
        graph.Nodes.ToArray().Count(n => graph.OpOf(n).Structure == Structure.Clone),
        report.Fused,
        report.Selections.ToDictionary(s => s.Node, s => s.Provider),
        report.Plan?.ArenaBytes,
        report.Plan?.ValuesBytes,
        graph.ToString());
}
