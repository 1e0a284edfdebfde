using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Planning;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Runtime;
using Xunit;

namespace PluginIr.Compiler.Tests.Planning;

public sealed class MemoryPlanTests
{
    [Fact]
    public void Memories_that_are_in_use_at_one_time_do_not_overlap_and_begin_at_multiples_of_64()
    {
        IrRuntime[] runtimes = [TestRuntime.With("only"), TestRuntime.With("may"), TestRuntime.With("never")];
        for (int seed = 0; seed < 200; seed++)
        {
            IrRuntime runtime = runtimes[seed % runtimes.Length];
            Graph graph = GraphCompiler.Compile(runtime, RandomGraph.Of(runtime, seed)).Lowered;
            MemoryPlan plan = MemoryPlan.Of(graph, 7);
            StoragePlace[] inArena = [.. plan.Storages.ToArray().Where(s => s.Input < 0)];
            Assert.All(inArena, s => Assert.True(s.Offset % 64 == 0 && s.Offset + s.Bytes <= plan.ArenaBytes, $"seed {seed}: {s}"));
            foreach (StoragePlace a in inArena)
            {
                Assert.DoesNotContain(inArena, b => a != b && a.FirstNode <= b.LastNode && b.FirstNode <= a.LastNode &&
                                                     a.Offset < b.Offset + b.Bytes && b.Offset < a.Offset + a.Bytes);
            }

            Assert.True(plan.ArenaBytes <= plan.ValuesBytes, $"seed {seed}");
        }
    }

    [Fact]
    public void A_chain_of_calls_takes_two_memories_however_long_it_is()
    {
        string body = string.Concat(Enumerable.Range(0, 40).Select(i => $"  %v{i + 1} = rms_norm(%v{i}, epsilon=1e-05)\n"));
        MemoryPlan plan = PlanOf($"graph @chain(%v0: f32[16,64]) {{\n{body}  return %v40\n}}");
        Assert.Equal((2 * 16 * 64 * 4, 40 * 16 * 64 * 4), (plan.ArenaBytes, plan.ValuesBytes));
    }

    [Fact]
    public void A_kernel_that_may_work_in_place_takes_its_dead_activations_memory()
    {
        MemoryPlan plan = PlanOf(
            """
            graph @g(%x: f32[16,64]) {
              %a = gelu(%x, approximate="none")
              %b = add(%a, %x)
              %c = add(%b, %x)
              return %c
            }
            """);
        Assert.Equal((2, 16 * 64 * 4), (plan.Reused, plan.ArenaBytes));
    }

    [Theory]
    [InlineData("%a = gelu(%x, approximate=\"none\")\n%b = add(%a, %x)\nreturn %b, %a")] // returned
    [InlineData("%a = gelu(%x, approximate=\"none\")\n%b = add(%a, %x)\n%c = add(%x, %a)\nreturn %b, %c")] // used after
    [InlineData("%a = gelu(%x, approximate=\"none\")\n%b = add(%a, %a)\nreturn %b")] // read as another operand
    [InlineData("%b = add(%x, %x)\nreturn %b")] // the caller's
    [InlineData("%a = gelu(%x, approximate=\"none\")\n%v = reshape(%a, shape=\"[1024]\")\n%b = add(%a, %x)\nreturn %b, %v")] // used through a view
    public void An_activation_that_is_needed_keeps_its_memory(string body) =>
        Assert.Equal(0, PlanOf($"graph @g(%x: f32[16,64]) {{\n{body}\n}}").Reused);

    [Fact]
    public void A_donated_inputs_memory_is_taken_when_it_is_done_with()
    {
        MemoryPlan plan = PlanOf("graph @g(%x: f32[16,64] donated, %y: f32[16,64]) {\n  %b = add(%x, %y)\n  return %b\n}");
        Assert.Equal((1, 0), (plan.Reused, plan.ArenaBytes));
    }

    [Theory]
    [InlineData("f32[2305843009213693951]", "", "%x: with f32[2305843009213693951] the graph needs 2^63 bytes of memory or more. Make its tensors smaller.")]
    [InlineData(
        "f32[T,1048576]", " where T in 1..1099511627776",
        "%b: with f32[T,1048576] the graph needs 2^63 bytes of memory or more at T = 1099511627776. " +
        "Make its tensors smaller, or the range T in 1..1099511627776.")]
    public void A_graph_that_needs_more_memory_than_can_be_counted_is_refused_with_what_is_too_large(string spec, string where, string problem)
    {
        string text = $"graph @g(%x: {spec}){where} {{\n  %a = add(%x, %x)\n  %b = add(%a, %x)\n  %c = add(%b, %x)\n  return %a, %b, %c\n}}";
        Assert.Equal(problem, Assert.Throws<GraphException>(() => GraphCompiler.Compile(TestRuntime.Native, Compiling.Parse(text))).Problem);
    }

    [Fact]
    public void Values_that_take_turns_in_one_memory_may_be_more_together_than_can_be_counted()
    {
        MemoryPlan plan = PlanOf(
            "graph @g(%x: f32[T,1048576]) where T in 1..1099511627776 {\n  %a = add(%x, %x)\n  %b = add(%a, %x)\n  %c = add(%b, %x)\n  return %c\n}");
        Assert.Equal((1L << 62, long.MaxValue), (plan.ArenaBytes, plan.ValuesBytes));
    }

    private static MemoryPlan PlanOf(string text) => Compiling.Run(text, "lower,eliminate-clones,plan").Report.Plan!;
}
