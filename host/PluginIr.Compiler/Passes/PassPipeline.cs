using PluginIr.Compiler.Graphs;
using PluginIr.Dispatch;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler.Passes;

/// <summary>Runs passes by name, with the graph checked before the first and after each.</summary>
public static class PassPipeline
{
    private static readonly IGraphPass[] s_passes =
    [
        new Functionalize(), new RemoveNoOps(), new EliminateCommonCalls(), new EliminateDeadCode(), new Fuse(), new Lower(),
        new EliminateClones(), new Plan(),
    ];

    /// <summary>The names of all passes, in the order in which a compilation runs them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_passes.Select(p => p.Name)];

    /// <summary>Runs passes.</summary>
    /// <param name="runtime">The runtime; its present registry is what the graph is compiled against.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="passes">The passes' names, in the order to run them.</param>
    /// <param name="options">What the caller asks for.</param>
    /// <returns>The graph, and what was done to it.</returns>
    /// <exception cref="ArgumentException">There is no pass of a name.</exception>
    /// <exception cref="GraphException">The graph breaks a rule, or cannot be compiled.</exception>
    public static (Graph Graph, CompileReport Report) Run(IrRuntime runtime, Graph graph, IReadOnlyList<string> passes, CompileOptions? options = null)
    {
        CallSlot slot = runtime.Enter(OpId.None, out Snapshot snapshot);
        try
        {
            var context = new PassContext(runtime, (RegistrySnapshot)snapshot, options ?? new CompileOptions(), new CompileReport());
            return (Run(graph, passes, context), context.Report);
        }
        finally
        {
            slot.Leave();
        }
    }

    internal static Graph Run(Graph graph, IReadOnlyList<string> passes, PassContext context)
    {
        IGraphPass[] found = [.. passes.Select(Find)];
        GraphChecker.Check(context.Snapshot, graph);
        foreach (IGraphPass pass in found)
        {
            Graph next = pass.Run(graph, context);
            if (!ReferenceEquals(next, graph))
                GraphChecker.Check(context.Snapshot, next);
            graph = next;
        }

        return graph;
    }

    private static IGraphPass Find(string name) => s_passes.FirstOrDefault(p => p.Name == name)
        ?? throw new ArgumentException($"There is no pass '{name}'; expected some of {string.Join(", ", Names)}.", nameof(name));
}
