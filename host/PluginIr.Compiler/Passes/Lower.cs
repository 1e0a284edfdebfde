using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Lowering;

namespace PluginIr.Compiler.Passes;

/// <summary>Puts a kernel in the place of every op. Kernels that work in place only get clones of their activations.</summary>
internal sealed class Lower : IGraphPass
{
    public string Name => "lower";

    public Graph Run(Graph graph, PassContext context)
    {
        GraphDraft draft = GraphDraft.Of(graph);
        var selector = new KernelSelector(context, draft);
        var lowered = new List<DraftNode>();
        foreach (DraftNode node in draft.Nodes)
        {
            if (node.Op.Structure == Structure.None && node.Kernel is null)
                Choose(node, draft, selector, lowered, context);
            lowered.Add(node);
        }

        draft.SetNodes(lowered);
        return draft.Freeze();
    }

    private static void Choose(DraftNode node, GraphDraft draft, KernelSelector selector, List<DraftNode> lowered, PassContext context)
    {
        if (node.IsDonating)
        {
            throw new GraphException(
                $"%{draft.Values[node.Results[0]].Name}: {node.Op.Name}.maybe_inplace cannot be lowered; run the pass functionalize before.", node.Position);
        }

        (node.Kernel, Selection selection) = selector.Select(node);
        context.Report.Add(selection);
        if (!node.WritesOver)
            return;
        foreach (int position in node.Op.Activations)
        {
            ValueInfo activation = draft.Values[node.Operands[position]];
            int clone = draft.AddValue(activation.Name + "_clone", activation.Spec, activation.Device);
            lowered.Add(new DraftNode
            {
                Op = StructuralOps.Clone,
                Operands = [node.Operands[position]],
                Attributes = [],
                Results = [clone],
                Position = node.Position,
            });
            node.Operands[position] = clone;
        }
    }
}
