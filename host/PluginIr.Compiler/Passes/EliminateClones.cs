using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Lowering;
using PluginIr.Dispatch;

namespace PluginIr.Compiler.Passes;

/// <summary>Takes away clones that no reader can tell from their originals.</summary>
/// <remarks>
/// A clone goes when the graph with the original in its place still reads nothing that was overwritten. So one goes that nothing writes
/// to, and one that is written to when its original is not used after that and is the graph's own or donated. Tried until no clone can
/// go, so running the pass again changes nothing.
/// </remarks>
internal sealed class EliminateClones : IGraphPass
{
    public string Name => "eliminate-clones";

    public Graph Run(Graph graph, PassContext context)
    {
        GraphDraft draft = GraphDraft.Of(graph);
        if (MemoryOrder.FindViolation(draft) is not null)
            return graph;
        DraftNode[] clones = [.. draft.Nodes.Where(n => n.Op.Structure == Structure.Clone)];
        int[] originals = [.. Enumerable.Range(0, draft.Values.Count)];

        // Kernels were chosen for clones, which are aligned; an original that is not cannot stand in.
        CallTraits[] alignments = ValueAlignment.Of(draft);
        bool isChanged;
        do
        {
            isChanged = false;
            foreach (DraftNode clone in clones)
            {
                int result = clone.Results[0];
                if (originals[result] != result || alignments[clone.Operands[0]] != CallTraits.None)
                    continue;
                originals[result] = clone.Operands[0];
                if (MemoryOrder.FindViolation(draft, Original) is null)
                    isChanged = true;
                else
                    originals[result] = result;
            }
        }
        while (isChanged);

        draft.ReplaceUses(Original);
        draft.Nodes.RemoveAll(n => n.Op.Structure == Structure.Clone && originals[n.Results[0]] != n.Results[0]);
        return draft.Freeze();

        int Original(int value)
        {
            while (originals[value] != value)
                value = originals[value];
            return value;
        }
    }
}
