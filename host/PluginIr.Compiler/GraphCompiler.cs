using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Passes;
using PluginIr.Runtime;

namespace PluginIr.Compiler;

/// <summary>Compiles graphs.</summary>
public static class GraphCompiler
{
    private static readonly string[] s_functionalPasses = ["functionalize", "remove-no-ops", "cse", "dce"];

    /// <summary>Compiles a graph for a runtime, and lowers it against what is registered now.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="options">What the caller asks for.</param>
    /// <exception cref="GraphException">The graph breaks a rule, or no kernel takes one of its nodes.</exception>
    public static CompiledGraph Compile(IrRuntime runtime, Graph graph, CompileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentNullException.ThrowIfNull(graph);
        (Graph functional, _) = PassPipeline.Run(runtime, graph, s_functionalPasses, options);
        var compiled = new CompiledGraph(runtime, functional, options ?? new CompileOptions());
        compiled.Start();
        _ = compiled.Lowered;
        return compiled;
    }
}
