using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Passes;
using PluginIr.Dispatch;
using PluginIr.Runtime;
using PluginIr.Runtime.Explaining;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler.Lowering;

/// <summary>Chooses a node's kernel the way dispatch does, with dtypes and shapes alone.</summary>
/// <remarks>
/// A kernel must take the node at every size that the graph's symbol may have. One whose predicate depends on the size is found out by
/// asking at many sizes, reported, and passed over: one compiled graph serves them all.
/// </remarks>
internal sealed class KernelSelector(PassContext context, GraphDraft draft)
{
    private readonly CallTraits[] _alignments = ValueAlignment.Of(draft);

    /// <summary>Chooses a kernel.</summary>
    /// <exception cref="GraphException">None takes the node.</exception>
    public (KernelChoice Kernel, Selection Selection) Select(DraftNode node)
    {
        string name = $"%{draft.Values[node.Results[0]].Name}";
        if (context.Options.Assumed.FirstOrDefault(a => a.Op == node.Op.Name) is { } assumed)
        {
            if (assumed.Inplace != Inplace.Never && !node.Op.AllowInplace)
            {
                throw new GraphException(
                    $"{name}: {assumed.Provider} is assumed to work in place; the op {node.Op.Name} does not allow that.", node.Position);
            }

            var candidate = new SelectionCandidate(assumed.Provider, "assumed to exist and to take every call");
            return (new KernelChoice(assumed.Provider, assumed.Inplace), new Selection(name, node.Op.Name, assumed.Provider, [candidate]));
        }

        if (!context.Snapshot.Ops.TryGetValue(node.Op.Name, out RegisteredOp? op) || op.Id != node.Op.Id)
            throw new GraphException($"{name}: no loaded plugin declares the op '{node.Op.Schema}' any more; load the one that does.", node.Position);
        return Select(node, op, name);
    }

    private (KernelChoice Kernel, Selection Selection) Select(DraftNode node, RegisteredOp op, string name)
    {
        ValueInfo?[] inputs = [.. node.Operands.Select(o => o < 0 ? (ValueInfo?)null : draft.Values[o])];
        CallTraits traits = PackedCall.TraitsOf(op, [.. node.Operands.Select(TraitsOf)], node.Attributes);
        IReadOnlyList<long> sizes = inputs.Any(i => i is { Spec.IsSymbolic: true }) ? draft.Symbol!.PredicateSizes : [draft.Symbol?.Min ?? 0];
        DeviceKind device = draft.Values[node.Results[0]].Device.Kind;

        var candidates = new List<SelectionCandidate>();
        IReadOnlyList<RegisteredKernel> order = context.Snapshot.OrderOf(op, device);
        for (int i = 0; i < order.Count; i++)
        {
            RegisteredKernel kernel = order[i];
            SelectionCandidate? refusal = Refusal(kernel, traits, node, inputs, sizes);
            candidates.Add(refusal ?? new SelectionCandidate(kernel.Provider.Name, "accepts, first in the order to do so"));
            if (refusal is not null)
                continue;
            if (context.Snapshot.RowsOf(op.Id, device)[i].IsFallback)
            {
                context.Runtime.OnFallback(
                    context.Snapshot, op.Id, kernel.Index, traits, new SpecArguments(CallInference.SpecsAt(inputs, sizes[0]), node.Attributes));
            }

            return (new KernelChoice(kernel.Provider.Name, kernel.Descriptor.Inplace), new Selection(name, op.Name, kernel.Provider.Name, candidates));
        }

        string reasons = string.Join("; ", candidates.Select(c => $"{c.Provider}: {c.Reason}"));
        throw new GraphException(
            $"{name}: no kernel takes {op.Name} on {device} here ({(reasons.Length == 0 ? "none is loaded" : reasons)}).", node.Position);
    }

    private SelectionCandidate? Refusal(
        RegisteredKernel kernel, CallTraits traits, DraftNode node, ValueInfo?[] inputs, IReadOnlyList<long> sizes)
    {
        // Without a predicate the answer is the same at every size.
        int asked = kernel.Descriptor.PackedSupportsArgs == 0 ? 1 : sizes.Count, accepting = -1, declining = -1;
        string? reason = null;
        for (int i = 0; i < asked; i++)
        {
            if (Explainer.Refusal(kernel, traits, new SpecArguments(CallInference.SpecsAt(inputs, sizes[i]), node.Attributes)) is { } refusal)
                (declining, reason) = (i, reason ?? refusal);
            else
                accepting = i;
        }

        if (reason is null)
            return null;
        return accepting < 0 ? new SelectionCandidate(kernel.Provider.Name, reason) : new SelectionCandidate(
            kernel.Provider.Name,
            $"it accepts {draft.Symbol!.Name} = {sizes[accepting]} and declines {draft.Symbol.Name} = {sizes[declining]} ({reason}); " +
            $"the graph is for all of {draft.Symbol.Min}..{draft.Symbol.Max}. Make a graph for each part of the range to use it",
            DependsOnSize: true);
    }

    private CallTraits TraitsOf(int value) => value < 0
        ? CallTraits.None
        : CallTraits.Call | (CallTraits)draft.Values[value].Spec.DType.ToSet() | _alignments[value];
}
