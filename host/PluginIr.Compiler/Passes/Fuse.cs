using PluginIr.Compiler.Fusions;
using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Lowering;
using PluginIr.Registration;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Passes;

/// <summary>Puts one call in the place of several, as the registered fusions say, where that is shown equal and a kernel makes it worth while.</summary>
internal sealed class Fuse : IGraphPass
{
    public string Name => "fuse";

    public Graph Run(Graph graph, PassContext context)
    {
        // In a fixed order, longer patterns first, until none is found any more: what a fusion makes may be part of another's pattern.
        FusionRule[] rules = [.. Rules(context).OrderByDescending(r => r.Pattern.Calls.Count).ThenBy(r => r.Name, StringComparer.Ordinal)];
        var draft = GraphDraft.Of(graph);

        // A pattern of several calls leaves fewer. What puts one call in the place of one could go on for ever, there and back, so it is done once.
        var exchanged = new HashSet<(FusionRule Rule, int Result)>();
        bool isChanged;
        do
        {
            isChanged = false;
            foreach (FusionRule rule in rules)
            {
                for (int i = 0; i < draft.Nodes.Count; i++)
                {
                    if (draft.Nodes[i].Results.Any(r => exchanged.Contains((rule, r))) || !TryFuse(rule, draft, i, context))
                        continue;
                    isChanged = true;
                    if (rule.Pattern.Calls.Count == 1)
                        exchanged.UnionWith(draft.Nodes[i].Results.Select(r => (rule, r)));
                }
            }
        }
        while (isChanged);

        return draft.Freeze();
    }

    private static IEnumerable<FusionRule> Rules(PassContext context)
    {
        foreach (Generation generation in context.Snapshot.Generations)
        {
            foreach (FusionDescriptor fusion in generation.Fusions)
            {
                FusionRule? rule = null;
                try
                {
                    rule = FusionRule.Of(fusion, generation.ContentHash);
                }
                catch (Exception wrong) when (wrong is not OutOfMemoryException)
                {
                    // A plugin's fusion that is none costs nobody a compilation.
                    context.Report.Note(wrong.Message);
                }

                if (rule is not null && context.Options.FusionModeOf(rule.Name) != FusionMode.Never && rule.Pattern.Calls.Append(rule.Call).All(IsRegistered))
                    yield return rule;
            }
        }

        bool IsRegistered(PatternCall call) =>
            context.Snapshot.Ops.TryGetValue(call.Schema.Name, out RegisteredOp? op) && op.Schema.Text == call.Schema.Text;
    }

    private static bool TryFuse(FusionRule rule, GraphDraft draft, int index, PassContext context)
    {
        DraftNode last = draft.Nodes[index];
        if (last.Op.Schema.Text != rule.Pattern.Calls[^1].Schema.Text)
            return false;
        var makers = new Dictionary<int, DraftNode>();
        foreach (DraftNode node in draft.Nodes)
        {
            foreach (int result in node.Results)
                makers[result] = node;
        }

        if (FusionMatch.Find(rule.Pattern, last, makers) is not { } match || !IsAlone(rule, match, draft, index))
            return false;
        DraftNode? fused = MakeCall(rule, match, draft, context);
        if (fused is null)
            return false;
        if (Refusal(rule, fused, draft, context) is { } reason)
        {
            context.Report.Note($"{rule.Name} was not applied at %{draft.Values[fused.Results[0]].Name}: {reason}.");
            return false;
        }

        draft.Nodes[index] = fused;
        draft.Nodes.RemoveAll(match.Nodes.Contains);
        context.Report.AddFused(rule.Name);
        return true;
    }

    // What is fused away must not be missed: values between the calls are used by them alone, and what stays is not used before its new place.
    private static bool IsAlone(FusionRule rule, FusionMatch match, GraphDraft draft, int index)
    {
        var outputs = rule.Pattern.Outputs.Select(match.Value).ToHashSet();
        foreach (int result in match.Nodes.SelectMany(n => n.Results))
        {
            bool isOutput = outputs.Contains(result);
            if (!isOutput && draft.Outputs.Contains(result))
                return false;
            for (int i = 0; i < draft.Nodes.Count; i++)
            {
                if (draft.Nodes[i].Operands.Contains(result) && !match.Nodes.Contains(draft.Nodes[i]) && (!isOutput || i < index))
                    return false;
            }
        }

        return true;
    }

    private static DraftNode? MakeCall(FusionRule rule, FusionMatch match, GraphDraft draft, PassContext context)
    {
        GraphOp op = CallInference.Find(context.Snapshot, rule.Call.Schema.Name);
        int[] operands = [.. rule.Call.Operands.Select(o => o < 0 ? -1 : match.Tensor(rule.Replacement.Values[o].Variable!))];
        AttributeValue[] attributes = [.. rule.Call.Attributes.Select(match.Attribute)];
        SymbolicSpec[] specs;
        Device device;
        try
        {
            ValueInfo?[] inputs = [.. operands.Select(o => o < 0 ? (ValueInfo?)null : draft.Values[o])];
            (specs, device) = CallInference.Infer(context.Snapshot, op, inputs, attributes, draft.Symbol);
        }
        catch (GraphException)
        {
            return null; // The pattern's ops take more than the fused one does.
        }

        int[] results = new int[specs.Length];
        for (int r = 0; r < results.Length; r++)
        {
            int output = rule.Replacement.Outputs.ToList().FindIndex(o => o == rule.Call.Results[r]);
            results[r] = output < 0 ? -1 : match.Value(rule.Pattern.Outputs[output]);
            if (results[r] >= 0 && !draft.Values[results[r]].Spec.Equals(specs[r]))
                return null;
            if (results[r] < 0)
                results[r] = draft.AddValue($"{draft.Values[match.Nodes[^1].Results[0]].Name}_{rule.Call.Schema.Outputs[r]}", specs[r], device);
        }

        return new DraftNode { Op = op, Operands = operands, Attributes = attributes, Results = results, Position = match.Nodes[^1].Position };
    }

    private static string? Refusal(FusionRule rule, DraftNode fused, GraphDraft draft, PassContext context)
    {
        int leading = fused.Op.Activations is [int activation, ..] ? fused.Operands[activation] : fused.Operands.First(o => o >= 0);
        DType dtype = draft.Values[leading].Spec.DType;
        if (FusionProof.Refutation(rule, context.Snapshot, dtype) is { } difference)
            return $"it is not shown equal: {difference}";
        try
        {
            Selection selection = new KernelSelector(context, draft).Select(fused).Selection;
            return selection.Provider == RegisteredProvider.Native && context.Options.FusionModeOf(rule.Name) != FusionMode.Always
                ? $"no kernel but native takes {fused.Op.Name}"
                : null;
        }
        catch (GraphException none)
        {
            return none.Problem;
        }
    }
}
