namespace PluginIr.Graphs;

/// <summary>A tensor of a graph that is being built: where an eager call takes a tensor, its graph-building twin takes one of these.</summary>
/// <param name="Graph">The builder that made it.</param>
/// <param name="Index">Its number in the graph.</param>
public readonly record struct GraphValue(IrGraphBuilder Graph, int Index);
