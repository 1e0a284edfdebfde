using PluginIr.Compiler.Graphs;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Passes;

/// <summary>Makes equal calls of equal values one call.</summary>
/// <remarks>Calls that donate or write over their activations stay, and so do clones: what they make is a memory, not only a value.</remarks>
internal sealed class EliminateCommonCalls : IGraphPass
{
    public string Name => "cse";

    public Graph Run(Graph graph, PassContext context)
    {
        GraphDraft draft = GraphDraft.Of(graph);
        int[] firsts = [.. Enumerable.Range(0, draft.Values.Count)];
        List<DraftNode> kept = [];
        foreach (DraftNode node in draft.Nodes)
        {
            foreach (ref int operand in node.Operands.AsSpan())
                operand = operand < 0 ? operand : firsts[operand];
            DraftNode? equal = IsMemory(node) ? null : kept.Find(k => IsEqual(k, node));
            if (equal is null)
                kept.Add(node);
            for (int i = 0; equal is not null && i < node.Results.Length; i++)
                firsts[node.Results[i]] = equal.Results[i];
        }

        draft.SetNodes(kept);
        draft.ReplaceUses(value => firsts[value]);

        // In a graph that is lowered already, the one value may have to be there when its memory has been written to.
        return MemoryOrder.FindViolation(draft) is null ? draft.Freeze() : graph;
    }

    private static bool IsMemory(DraftNode node) => node.IsDonating || node.WritesOver || node.Op.Structure == Structure.Clone;

    private static bool IsEqual(DraftNode left, DraftNode right) =>
        left.Op.Schema.Text == right.Op.Schema.Text && !IsMemory(left) && Equals(left.Kernel, right.Kernel) &&
        left.Operands.AsSpan().SequenceEqual(right.Operands) && left.Attributes.AsSpan().SequenceEqual(right.Attributes);
}
