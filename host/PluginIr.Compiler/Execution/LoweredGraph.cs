using PluginIr.Compiler.Caching;
using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Lowering;
using PluginIr.Compiler.Passes;
using PluginIr.Runtime.Explaining;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Execution;

/// <summary>A graph lowered against one snapshot: steps with pointers. Refers to no snapshot, kernel or generation, so it keeps none loaded.</summary>
/// <remarks>Its pointers may be called only between entering and leaving that snapshot; <see cref="CompiledGraph"/> knows which it is.</remarks>
internal sealed class LoweredGraph
{
    private readonly Step[] _steps;
    private readonly AttributeValue[] _attributes;

    // Calls of kernels whose predicates have not been asked at every size, with the kernels' indices in the snapshot.
    private readonly (int Kernel, KernelCall Call)[] _sampled;

    private LoweredGraph(
        Graph graph, CompileReport report, Step[] steps, int[] operands, int[] results, AttributeValue[] attributes, (int, KernelCall)[] sampled)
    {
        Graph = graph;
        Report = report;
        _steps = steps;
        Operands = operands;
        Results = results;
        _attributes = attributes;
        _sampled = sampled;
    }

    /// <summary>The graph after all passes.</summary>
    public Graph Graph { get; }

    /// <summary>What the passes did.</summary>
    public CompileReport Report { get; }

    /// <summary>What a run does, in order.</summary>
    public ReadOnlySpan<Step> Steps => _steps;

    /// <summary>The steps' operands as values; -1 for absent ones.</summary>
    public int[] Operands { get; }

    /// <summary>The steps' results as values.</summary>
    public int[] Results { get; }

    /// <summary>The steps' attributes.</summary>
    public ReadOnlySpan<AttributeValue> Attributes => _attributes;

    /// <summary>Whether all its kernels take their calls at a size that predicates may not have been asked at.</summary>
    /// <param name="snapshot">The snapshot, entered, that the graph was lowered against.</param>
    /// <param name="size">The size.</param>
    public bool RunsAt(RegistrySnapshot snapshot, long size)
    {
        foreach ((int kernel, KernelCall call) in _sampled)
        {
            if (Explainer.Refusal(snapshot.Kernels[kernel], call.Traits, call.At(size)) is not null)
                return false;
        }

        return true;
    }

    /// <summary>Lowers a functional graph.</summary>
    /// <param name="functional">The graph.</param>
    /// <param name="context">The snapshot and what was asked for.</param>
    /// <exception cref="GraphException">No kernel takes a node, the one that it names does not, or the op of one is not there.</exception>
    public static LoweredGraph Lower(Graph functional, PassContext context)
    {
        Graph graph = PassPipeline.Run(LowerOrRead(functional, context), ["plan"], context);
        GraphDraft draft = GraphDraft.Of(graph);
        var selector = new KernelSelector(context, draft);
        var steps = new List<Step>();
        var operands = new List<int>();
        var results = new List<int>();
        var attributes = new List<AttributeValue>();
        var sampled = new List<(int, KernelCall)>();
        for (int n = 0; n < graph.Nodes.Length; n++)
        {
            ref readonly Node node = ref graph.Nodes[n];
            GraphOp op = graph.OpOf(node);
            if (op.IsView)
                continue;
            RegisteredKernel? kernel = op.Structure == Structure.Clone ? null : KernelOf(draft, draft.Nodes[n], selector, context);
            if (kernel is { Descriptor.PackedSupportsArgs: not 0 } && graph.Symbol is { IsSampled: true } &&
                selector.CallOf(draft.Nodes[n], kernel.Op) is { IsSymbolic: true } call)
            {
                sampled.Add((kernel.Index, call));
            }

            steps.Add(new Step(
                kernel?.Descriptor.PackedEntry ?? 0, n, op.Id, kernel?.Index ?? -1, operands.Count, op.Schema.TensorCount, results.Count,
                op.Schema.Outputs.Count, attributes.Count, op.Schema.AttributeCount));
            operands.AddRange(graph.OperandsOf(node));
            results.AddRange(graph.ResultsOf(node));
            attributes.AddRange(graph.AttributesOf(node));
        }

        return new LoweredGraph(graph, context.Report, [.. steps], [.. operands], [.. results], [.. attributes], [.. sampled]);
    }

    private static Graph LowerOrRead(Graph functional, PassContext context)
    {
        if (context.Options.CacheFolder is not { } folder)
            return PassPipeline.Run(functional, context.Options.LoweringPasses, context);
        var cache = new CompileCache(folder);
        string key = CompileKey.Of(functional, context);
        if (cache.TryRead(key, context, out Graph? cached))
        {
            TellOfFallbacks(cached, context);
            return cached;
        }

        Graph lowered = PassPipeline.Run(functional, context.Options.LoweringPasses, context);
        cache.Write(key, lowered, context);
        return lowered;
    }

    // As choosing the kernels told of them, in the process that did.
    private static void TellOfFallbacks(Graph cached, PassContext context)
    {
        GraphDraft draft = GraphDraft.Of(cached);
        var selector = new KernelSelector(context, draft);
        var chosen = context.Report.Selections.Select(s => s.Node).ToHashSet();
        foreach (DraftNode node in draft.Nodes.Where(n => chosen.Contains($"%{draft.Values[n.Results[0]].Name}")))
            selector.TellOfFallback(node);
    }

    // A graph may name its kernels itself. Pointers are called, so it is asked of all whether they take their calls.
    private static RegisteredKernel KernelOf(GraphDraft draft, DraftNode node, KernelSelector selector, PassContext context)
    {
        string name = $"%{draft.Values[node.Results[0]].Name}", provider = node.Kernel!.Provider;
        RegisteredOp op = context.Snapshot.Op(node.Op.Name);
        if (!context.Snapshot.TryGetKernel(op, provider, out RegisteredKernel? kernel))
        {
            throw new GraphException(
                $"{name}: no kernel of {op.Name} by '{provider}' is loaded. A graph that is lowered to assumed kernels cannot run.", node.Position);
        }

        return selector.Refusal(node, kernel) is not { } refusal ? kernel : throw new GraphException(
            $"{name}: the kernel {node.Kernel} does not take {op.Name} here ({refusal}). Name one that does, or none to have it chosen.", node.Position);
    }
}
