using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Passes;
using PluginIr.Compiler.Text;
using PluginIr.Runtime;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>Graphs and passes as text.</summary>
internal static class Compiling
{
    public const string InPlaceOnly = "fused_add_rms_norm=vendor:only";

    public static Graph Parse(string text) => GraphParser.Parse(TestRuntime.Native, text);

    /// <summary>The graph's text after some passes.</summary>
    public static string Text(string text, string passes, params string[] assumed) => Run(text, passes, assumed).Graph.ToString();

    /// <summary>Runs passes over a graph's text.</summary>
    public static (Graph Graph, CompileReport Report) Run(string text, string passes, params string[] assumed) => Run(TestRuntime.Native, text, passes, assumed);

    /// <summary>Runs passes over a graph's text.</summary>
    public static (Graph Graph, CompileReport Report) Run(IrRuntime runtime, string text, string passes, params string[] assumed) => PassPipeline.Run(
        runtime, GraphParser.Parse(runtime, text), passes.Split(','),
        new CompileOptions { Assumed = [.. assumed.Select(AssumedKernel.Parse)] });

    /// <summary>How many clones a graph has.</summary>
    public static int Clones(Graph graph) => graph.Nodes.ToArray().Count(n => graph.OpOf(n).Structure == Structure.Clone);

    /// <summary>How many inputs a graph may write over.</summary>
    public static int Donated(Graph graph) => graph.Inputs.ToArray().Count(i => i.IsDonated);
}
