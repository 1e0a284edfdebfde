namespace PluginIr.Compiler.Graphs;

/// <summary>A node that reads what was overwritten or given away, or writes what it must not.</summary>
/// <param name="Node">The node; null for the graph's outputs.</param>
/// <param name="Problem">What it does, and what to do about it.</param>
internal sealed record MemoryViolation(DraftNode? Node, string Problem);
