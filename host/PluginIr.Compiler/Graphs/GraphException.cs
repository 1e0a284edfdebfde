namespace PluginIr.Compiler.Graphs;

/// <summary>A graph's text is not a graph, or a graph breaks a rule.</summary>
/// <param name="problem">What was expected, what was found, and what to do.</param>
/// <param name="position">Where in the graph's text; <c>default</c> when the graph was not made from text.</param>
/// <param name="inner">What brought it to light, when that was an exception.</param>
public sealed class GraphException(string problem, SourcePosition position = default, Exception? inner = null)
    : FormatException(position.Line == 0 ? problem : $"line {position.Line}, column {position.Column}: {problem}", inner)
{
    /// <summary>What was expected, what was found, and what to do, without the position.</summary>
    public string Problem { get; } = problem;

    /// <summary>Where in the graph's text; <c>default</c> when the graph was not made from text.</summary>
    public SourcePosition Position { get; } = position;
}
