using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Passes;
using PluginIr.Dispatch;
using PluginIr.Runtime;
using PluginIr.Runtime.Explaining;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;

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

    /// <summary>Why a kernel is not one that a node can be lowered to; null when it is.</summary>
    /// <param name="node">The node, and the kernel that it names.</param>
    /// <param name="kernel">The kernel of that name.</param>
    public string? Refusal(DraftNode node, RegisteredKernel kernel)
    {
        DeviceKind device = DeviceOf(node);
        var registered = new KernelChoice(kernel.Provider.Name, kernel.Descriptor.Inplace);
        return node.Kernel != registered ? $"it is registered as {registered}"
            : kernel.Provider.Device != device ? Explainer.OtherDevice(kernel, device)
            : !kernel.Provider.Support.IsSupported ? $"not supported here: {kernel.Provider.Support.Reason}"
            : Refusal(kernel, CallOf(node, kernel.Op))?.Reason;
    }

    /// <summary>Tells the runtime when a kernel that a node was lowered to before serves for want of one that is configured.</summary>
    public void TellOfFallback(DraftNode node)
    {
        RegisteredOp op = context.Snapshot.Op(node.Op.Name);
        foreach (KernelRow row in context.Snapshot.RowsOf(op.Id, DeviceOf(node)))
        {
            RegisteredKernel kernel = context.Snapshot.Kernels[row.Kernel];
            if (row.IsFallback && kernel.Provider.Name == node.Kernel!.Provider)
                TellOfFallback(kernel, CallOf(node, op));
        }
    }

    /// <summary>What kernels of an op are asked about a node.</summary>
    public KernelCall CallOf(DraftNode node, RegisteredOp op)
    {
        ValueInfo?[] inputs = [.. node.Operands.Select(o => o < 0 ? (ValueInfo?)null : draft.Values[o])];
        CallTraits traits = PackedCall.TraitsOf(op, [.. node.Operands.Select(TraitsOf)], node.Attributes);
        var call = new KernelCall(traits, [draft.Symbol?.Min ?? 0], inputs, node.Attributes);
        return call.IsSymbolic ? call with { Sizes = [.. draft.Symbol!.PredicateSizes, .. context.DeclinedSizes] } : call;
    }

    private (KernelChoice Kernel, Selection Selection) Select(DraftNode node, RegisteredOp op, string name)
    {
        KernelCall call = CallOf(node, op);
        DeviceKind device = DeviceOf(node);
        var candidates = new List<SelectionCandidate>();
        IReadOnlyList<RegisteredKernel> order = context.Snapshot.OrderOf(op, device);
        for (int i = 0; i < order.Count; i++)
        {
            RegisteredKernel kernel = order[i];
            SelectionCandidate? refusal = Refusal(kernel, call);
            candidates.Add(refusal ?? new SelectionCandidate(kernel.Provider.Name, "accepts, first in the order to do so"));
            if (refusal is not null)
                continue;
            if (context.Snapshot.RowsOf(op.Id, device)[i].IsFallback)
                TellOfFallback(kernel, call);
            return (new KernelChoice(kernel.Provider.Name, kernel.Descriptor.Inplace), new Selection(name, op.Name, kernel.Provider.Name, candidates));
        }

        string reasons = string.Join("; ", candidates.Select(c => $"{c.Provider}: {c.Reason}"));
        throw new GraphException(
            $"{name}: no kernel takes {op.Name} on {device} here ({(reasons.Length == 0 ? "none is loaded" : reasons)}).", node.Position);
    }

    private SelectionCandidate? Refusal(RegisteredKernel kernel, KernelCall call)
    {
        // Without a predicate the answer is the same at every size.
        IReadOnlyList<long> sizes = call.Sizes;
        int asked = kernel.Descriptor.PackedSupportsArgs == 0 ? 1 : sizes.Count, accepting = -1, declining = -1;
        string? reason = null;
        for (int i = 0; i < asked; i++)
        {
            if (Explainer.Refusal(kernel, call.Traits, call.At(sizes[i])) is { } refusal)
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

    private void TellOfFallback(RegisteredKernel kernel, KernelCall call) =>
        context.Runtime.OnFallback(context.Snapshot, kernel.Op.Id, kernel.Index, call.Traits, call.At(call.Sizes[0]));

    private DeviceKind DeviceOf(DraftNode node) => draft.Values[node.Results[0]].Device.Kind;

    private CallTraits TraitsOf(int value) => value < 0
        ? CallTraits.None
        : CallTraits.Call | (CallTraits)draft.Values[value].Spec.DType.ToSet() | _alignments[value];
}
