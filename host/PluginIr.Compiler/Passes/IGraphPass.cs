using PluginIr.Compiler.Graphs;

namespace PluginIr.Compiler.Passes;

/// <summary>One step of a compilation: a graph in, a graph with the same results out.</summary>
internal interface IGraphPass
{
    /// <summary>The name that command lines use.</summary>
    string Name { get; }

    /// <summary>Runs the pass.</summary>
    /// <param name="graph">A graph that meets its invariants.</param>
    /// <param name="context">What the pass may look at, and where it says what it did.</param>
    /// <exception cref="GraphException">The graph cannot be compiled so.</exception>
    Graph Run(Graph graph, PassContext context);
}
