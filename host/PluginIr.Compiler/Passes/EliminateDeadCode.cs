using PluginIr.Compiler.Graphs;

namespace PluginIr.Compiler.Passes;

/// <summary>Takes away nodes whose results nobody uses.</summary>
internal sealed class EliminateDeadCode : IGraphPass
{
    public string Name => "dce";

    public Graph Run(Graph graph, PassContext context)
    {
        GraphDraft draft = GraphDraft.Of(graph);
        var used = new HashSet<int>(draft.Outputs);
        for (int i = draft.Nodes.Count - 1; i >= 0; i--)
        {
            DraftNode node = draft.Nodes[i];
            if (node.Results.Any(used.Contains))
                used.UnionWith(node.Operands);
            else
                draft.Nodes.RemoveAt(i);
        }

        return draft.Freeze();
    }
}
