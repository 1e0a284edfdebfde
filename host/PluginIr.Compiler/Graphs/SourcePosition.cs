namespace PluginIr.Compiler.Graphs;

/// <summary>Where in a graph's text something stands. Both count from 1; 0 when the graph was not made from text.</summary>
/// <param name="Line">The line.</param>
/// <param name="Column">The column.</param>
public readonly record struct SourcePosition(int Line, int Column);
