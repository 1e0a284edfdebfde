using PluginIr.Compiler.Graphs;
using PluginIr.Dispatch;

namespace PluginIr.Compiler.Lowering;

/// <summary>How values are aligned, before any of them has an address.</summary>
/// <remarks>The arena's values and inputs start at multiples of 64 bytes; inputs that are declared unaligned, and views into others, may not.</remarks>
internal static class ValueAlignment
{
    private const CallTraits Unaligned = CallTraits.Unaligned16 | CallTraits.Unaligned64;

    /// <summary>For each value the traits of what its address may not be a multiple of.</summary>
    public static CallTraits[] Of(GraphDraft draft)
    {
        var alignments = new CallTraits[draft.Values.Count];
        foreach (GraphInput input in draft.Inputs)
            alignments[input.Value] = input.IsUnaligned ? Unaligned : CallTraits.None;
        foreach (DraftNode node in draft.Nodes)
        {
            if (node.Op.IsView)
                alignments[node.Results[0]] = alignments[node.Operands[0]] | OfStep(node, draft.Values[node.Operands[0]].Spec);
            for (int i = 0; node.WritesOver && i < node.Results.Length; i++)
                alignments[node.Results[i]] = alignments[node.Operands[node.Op.Activations[i]]];
        }

        return alignments;
    }

    // A view of the last rows begins a whole number of rows after its operand.
    private static CallTraits OfStep(DraftNode view, SymbolicSpec operand)
    {
        if (view.Op.Structure != Structure.LastRows)
            return CallTraits.None;
        long rowBytes = operand.DType.Size();
        foreach (Dim size in operand.Shape[1..])
            rowBytes = size.IsSymbolic ? 1 : rowBytes * size.Constant;
        return rowBytes % 64 == 0 ? CallTraits.None : rowBytes % 16 == 0 ? CallTraits.Unaligned64 : Unaligned;
    }
}
