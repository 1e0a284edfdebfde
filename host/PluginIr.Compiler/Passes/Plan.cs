using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Planning;

namespace PluginIr.Compiler.Passes;

/// <summary>Lays out the memory of all values, for the symbol's largest size. The graph stays as it is.</summary>
internal sealed class Plan : IGraphPass
{
    public string Name => "plan";

    public Graph Run(Graph graph, PassContext context)
    {
        context.Report.Plan = MemoryPlan.Of(graph, graph.Symbol?.Max ?? 0);
        return graph;
    }
}
