using PluginIr.Compiler.Execution;
using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Passes;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Compiler.Text;
using PluginIr.Conformance;
using PluginIr.Runtime;
using Xunit;

namespace PluginIr.Compiler.Tests.Execution;

/// <summary>Graphs that nobody thought of, compiled, against the same graphs run node by node with the native definitions.</summary>
public sealed class RandomGraphTests
{
    private const int Seeds = 400;

    // The kernels of these tests call the native definitions, so results are equal bit for bit whatever was chosen.
    private static readonly string[][] s_priorities = [["only"], ["may"], ["only", "may", "never"], ["aligned", "never"], ["native"]];

    private static readonly IrRuntime[] s_runtimes = [.. s_priorities.Select(p => TestRuntime.With([.. p.Where(n => n != "native")]))];

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 8)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_compiled_graph_makes_what_its_nodes_make_one_by_one_and_changes_no_input_that_it_was_not_given(int block)
    {
        foreach (int seed in SeedsOf(block))
        {
            IrRuntime runtime = s_runtimes[seed % s_runtimes.Length];
            Graph graph = RandomGraph.Of(runtime, seed);
            Checked(seed, graph, () =>
            {
                CompiledGraph compiled = GraphCompiler.Compile(runtime, graph);
                using GraphSession session = compiled.CreateSession();
                foreach (long size in (long[])[3, 9, 1, 3])
                    RunAndCompare(runtime, compiled, session, size, seed);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Every_pass_leaves_the_results_as_they_were(int block)
    {
        foreach (int seed in SeedsOf(block))
        {
            IrRuntime runtime = s_runtimes[seed % s_runtimes.Length];
            Graph graph = RandomGraph.Of(runtime, seed);
            Checked(seed, graph, () =>
            {
                Tensor[] inputs = RandomGraph.Inputs(graph, 3, seed), expected = NativeInterpreter.Run(runtime.Registry, graph, inputs, 3);
                foreach (string pass in PassPipeline.Names)
                {
                    (Graph next, CompileReport report) = PassPipeline.Run(runtime, graph, [pass]);
                    Assert.Equal(next.ToString(), GraphParser.Parse(runtime, next.ToString()).ToString());
                    Tensor[] actual = NativeInterpreter.Run(runtime.Registry, next, inputs, 3);
                    AssertEqual(expected, actual, report);
                    expected = actual;
                    (Graph again, _) = PassPipeline.Run(runtime, next, [pass]);
                    Assert.Equal(next.ToString(), again.ToString());
                    graph = next;
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Clones_that_are_all_left_in_make_no_difference(int block)
    {
        foreach (int seed in SeedsOf(block))
        {
            IrRuntime runtime = s_runtimes[seed % s_runtimes.Length];
            Graph graph = RandomGraph.Of(runtime, seed);
            Checked(seed, graph, () =>
            {
                CompiledGraph compiled = GraphCompiler.Compile(runtime, graph, new CompileOptions { LoweringPasses = ["lower"] });
                using GraphSession session = compiled.CreateSession();
                RunAndCompare(runtime, compiled, session, 3, seed);
            });
        }
    }

    private static IEnumerable<int> SeedsOf(int block) => Enumerable.Range(block * Seeds / 8, Seeds / 8);

    private static void RunAndCompare(IrRuntime runtime, CompiledGraph compiled, GraphSession session, long size, int seed)
    {
        Graph graph = compiled.Functional;
        Tensor[] inputs = RandomGraph.Inputs(graph, size, seed), kept = RandomGraph.Inputs(graph, size, seed);
        Tensor[] expected = NativeInterpreter.Run(runtime.Registry, graph, kept, size);
        for (int i = 0; i < inputs.Length; i++)
            session.Bind(i, inputs[i]);
        session.Run();
        AssertEqual(expected, [.. Enumerable.Range(0, session.OutputCount).Select(session.Output)], compiled.Report);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!graph.Inputs[i].IsDonated)
                Assert.True(kept[i].AsBytes().SequenceEqual(inputs[i].AsBytes()), $"input {i} was changed");
        }
    }

    // Only add_rms_norm rounds less than its parts, which shows in 16 bits and grows through the calls after it.
    private static void AssertEqual(Tensor[] expected, Tensor[] actual, CompileReport report)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Spec, actual[i].Spec);
            if (expected[i].AsBytes().SequenceEqual(actual[i].AsBytes()))
                continue;
            Assert.True(report.Fused.ContainsKey("add_rms_norm") && expected[i].DType != DType.Float32, $"output {i} differs");
            var tolerance = new Tolerance(0.1, 0.1);
            Assert.True(expected[i].ToSingles().Zip(actual[i].ToSingles()).All(p => tolerance.Accepts(p.Second, p.First)), $"output {i} differs too much");
        }
    }

    private static void Checked(int seed, Graph graph, Action check)
    {
        try
        {
            check();
        }
        catch (Exception failure)
        {
            Assert.Fail($"Seed {seed}: {failure.Message}\n{graph}\n{failure.StackTrace}");
        }
    }
}
