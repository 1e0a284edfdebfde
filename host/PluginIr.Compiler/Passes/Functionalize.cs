using PluginIr.Compiler.Graphs;

namespace PluginIr.Compiler.Passes;

/// <summary>Makes every maybe_inplace call functional, and records which inputs they donated.</summary>
/// <remarks>A donated value that is used again has been refused before: it breaks the graph's <see cref="MemoryOrder"/>.</remarks>
internal sealed class Functionalize : IGraphPass
{
    public string Name => "functionalize";

    public Graph Run(Graph graph, PassContext context)
    {
        GraphDraft draft = GraphDraft.Of(graph);
        foreach (DraftNode node in draft.Nodes.Where(n => n.IsDonating))
        {
            foreach (int position in node.Op.Activations)
            {
                int input = MemoryOrder.InputUnder(draft, node.Operands[position]);
                if (input >= 0)
                    draft.Inputs[input] = draft.Inputs[input] with { IsDonated = true };
            }

            node.IsDonating = false;
            context.Report.Functionalized++;
        }

        return draft.Freeze();
    }
}
