using PluginIr.Compiler.Graphs;

namespace PluginIr.Compiler.Passes;

/// <summary>Takes away views that change nothing: a reshape to the same shape, all of the rows; a reshape of a reshape becomes one.</summary>
internal sealed class RemoveNoOps : IGraphPass
{
    public string Name => "remove-no-ops";

    public Graph Run(Graph graph, PassContext context)
    {
        GraphDraft draft = GraphDraft.Of(graph);
        var reshaped = new Dictionary<int, int>();
        var kept = new List<DraftNode>();
        var replaced = new Dictionary<int, int>();
        foreach (DraftNode node in draft.Nodes)
        {
            foreach (ref int operand in node.Operands.AsSpan())
                operand = replaced.GetValueOrDefault(operand, operand);
            if (node.Op.Structure == Structure.Reshape)
            {
                node.Operands[0] = reshaped.GetValueOrDefault(node.Operands[0], node.Operands[0]);
                reshaped.Add(node.Results[0], node.Operands[0]);
            }

            if (node.Op.IsView && draft.Values[node.Operands[0]].Spec.Equals(draft.Values[node.Results[0]].Spec))
                replaced.Add(node.Results[0], node.Operands[0]);
            else
                kept.Add(node);
        }

        draft.SetNodes(kept);
        draft.ReplaceUses(value => replaced.GetValueOrDefault(value, value));
        return draft.Freeze();
    }
}
