using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Lowering;
using PluginIr.Compiler.Passes;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Compiler.Text;
using PluginIr.Registration;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;
using Xunit;

namespace PluginIr.Compiler.Tests.Passes;

public sealed class LowerTests
{
    [Fact]
    public void A_kernel_that_works_in_place_only_gets_clones_of_its_activations_and_of_nothing_else() => Assert.Equal(
        """
        graph @g(%x: f32[4,8], %r: f32[4,8], %w: f32[8]) {
          %x_clone = clone(%x)
          %r_clone = clone(%r)
          %n, %s = fused_add_rms_norm[vendor only](%x_clone, %r_clone, %w, epsilon=1e-05)
          %y = rms_norm[native](%n, epsilon=1e-05)
          return %y, %s
        }

        """.ReplaceLineEndings("\n"),
        Compiling.Text(
            """
            graph @g(%x: f32[4,8], %r: f32[4,8], %w: f32[8]) {
              %n, %s = fused_add_rms_norm(%x, %r, %w, epsilon=1e-05)
              %y = rms_norm(%n, epsilon=1e-05)
              return %y, %s
            }
            """,
            "lower", Compiling.InPlaceOnly));

    [Fact]
    public void Every_choice_is_recorded_with_its_reason()
    {
        IrRuntime runtime = TestRuntime.With("few", "never");
        (_, CompileReport report) = Compiling.Run(
            runtime, "graph @g(%x: f32[64,8]) {\n  %y = rms_norm(%x, epsilon=1)\n  return %y\n}", "lower");
        Selection selection = Assert.Single(report.Selections);
        Assert.Equal(("%y", "rms_norm", "never"), (selection.Node, selection.Op, selection.Provider));
        Assert.Equal(
            [new("few", "its predicate declines these shapes, dtypes or options"), new("never", "accepts, first in the order to do so")],
            selection.Candidates);
    }

    [Theory]
    [InlineData(1, 32, "few", false)]
    [InlineData(33, 64, "never", false)]
    [InlineData(1, 64, "never", true)]
    [InlineData(32, 33, "never", true)]
    [InlineData(1, 4096, "never", true)]
    public void A_predicate_that_depends_on_the_symbols_size_is_found_out_and_passed_over(int min, int max, string chosen, bool dependsOnSize)
    {
        IrRuntime runtime = TestRuntime.With("few", "never");
        (_, CompileReport report) = Compiling.Run(
            runtime, $"graph @g(%x: f32[T,8]) where T in {min}..{max} {{\n  %y = rms_norm(%x, epsilon=1)\n  return %y\n}}", "lower");
        Selection selection = Assert.Single(report.Selections);
        Assert.Equal(chosen, selection.Provider);
        Assert.Equal(dependsOnSize, selection.SizeDependent.Any());
        if (dependsOnSize)
            Assert.Contains("Make a graph for each part of the range", selection.SizeDependent.Single().Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%x: f32[4,16]", "%x", "aligned")]
    [InlineData("%x: f32[4,16] unaligned", "%x", "native")]
    [InlineData("%x: f32[4,16]", "last_rows(%x, count=1)", "aligned")] // rows of 64 bytes
    [InlineData("%x: f32[4,12]", "last_rows(%x, count=1)", "native")] // rows of 48 bytes
    [InlineData("%x: f32[4,16] unaligned", "gelu(%x, approximate=\"none\")", "aligned")] // the graph's own
    public void A_kernel_that_asks_for_alignment_is_chosen_where_memory_is_aligned(string input, string operand, string chosen)
    {
        string body = operand == "%x" ? "%y = rms_norm(%x, epsilon=1)" : $"%v = {operand}\n%y = rms_norm(%v, epsilon=1)";
        (_, CompileReport report) = Compiling.Run(TestRuntime.With("aligned"), $"graph @g({input}) {{\n{body}\nreturn %y\n}}", "lower");
        Assert.Equal(chosen, report.Selections.Single(s => s.Op == "rms_norm").Provider);
    }

    [Theory]
    [InlineData("%x: bf16[4,12]", "rms_norm[single](%x, epsilon=1)", "takes no bfloat16 activations")]
    [InlineData("%x: f32[4,12] unaligned", "rms_norm[aligned](%x, epsilon=1)", "a tensor's address is not a multiple of 16 bytes; a tensor's address is not a multiple of 64 bytes")]
    [InlineData("%x: f32[33,12]", "rms_norm[few](%x, epsilon=1)", "its predicate declines these shapes, dtypes or options")]
    [InlineData("%x: f32[T,12]", "rms_norm[few](%x, epsilon=1)", "it accepts T = 32 and declines T = 64")]
    [InlineData("%x: f32[4,12]", "add[only](%x, %x)", "it is registered as [only only]")]
    [InlineData("%x: f32[4,12]", "rms_norm[emulated](%x, epsilon=1)", "works on emulated, the tensors are on cpu")]
    [InlineData("%x: f32[4,12]", "rms_norm[never](%x, epsilon=1)", "not supported here: its library is missing")]
    public void A_kernel_that_a_graph_names_is_refused_where_it_does_not_take_the_call(string input, string call, string reason)
    {
        IrRuntime runtime = new EmulatedDevice().Runtime;
        runtime.Replace("tests", TestRuntime.GenerationOf(1, "single", "aligned", "few", "only"));
        runtime.Replace("absent", Absent("never"));
        Graph graph = GraphParser.Parse(runtime, $"graph @g({input}) {(input.Contains('T') ? "where T in 1..64 " : "")}{{\n  %y = {call}\n  return %y\n}}");
        GraphException refused = Assert.Throws<GraphException>(() => GraphCompiler.Compile(runtime, graph));
        Assert.StartsWith($"%y: the kernel [{call.Split('[', ']')[1]}] does not take {call.Split('[')[0]} here ({reason}", refused.Problem, StringComparison.Ordinal);
        Assert.EndsWith("). Name one that does, or none to have it chosen.", refused.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("f32", "single:never", null)]
    [InlineData("bf16", "single:never", "takes no bfloat16 activations")]
    [InlineData("f32", "vendor:never", "A graph that is lowered to assumed kernels cannot run")]
    public void A_kernel_that_is_assumed_runs_where_it_is_there_and_takes_the_call(string dtype, string assumed, string? problem)
    {
        IrRuntime runtime = TestRuntime.With("single");
        Graph graph = GraphParser.Parse(runtime, $"graph @g(%x: {dtype}[4,12]) {{\n  %y = rms_norm(%x, epsilon=1)\n  return %y\n}}");
        var options = new CompileOptions { Assumed = [AssumedKernel.Parse($"rms_norm={assumed}")] };
        if (problem is not null)
        {
            Assert.Contains(problem, Assert.Throws<GraphException>(() => GraphCompiler.Compile(runtime, graph, options)).Message, StringComparison.Ordinal);
            return;
        }

        using GraphSession session = GraphCompiler.Compile(runtime, graph, options).CreateSession();
        using Tensor x = Tensor.FromSingles(DType.Float32, [.. Enumerable.Repeat(1f, 48)], 4, 12);
        session.Bind(0, x);
        session.Run();
        Assert.Equal(MathF.Sqrt(0.5f), session.Output(0).ToSingles()[0], 1e-6f);
    }

    [Fact]
    public void A_donating_call_is_not_lowered()
    {
        GraphException refused = Assert.Throws<GraphException>(() => Compiling.Text(
            "graph @g(%x: f32[4,8]) {\n  %y = add.maybe_inplace(%x, %x)\n  return %y\n}", "lower"));
        Assert.Contains("run the pass functionalize before", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.Position.Line);
    }

    [Fact]
    public void On_a_device_that_no_kernel_works_on_lowering_says_so()
    {
        GraphException refused = Assert.Throws<GraphException>(() => Compiling.Text(
            "graph @g(%x: f32[4,8] on cuda) {\n  %y = add(%x, %x)\n  return %y\n}", "lower"));
        Assert.Contains("%y: no kernel takes add on cuda here", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_cannot_be_assumed_to_do_what_its_op_does_not_allow() => Assert.Contains(
        "does not allow that",
        Assert.Throws<GraphException>(() => Compiling.Text(
            "graph @g(%x: f32[4,8]) {\n  %y = rms_norm(%x, epsilon=1)\n  return %y\n}", "lower", "rms_norm=vendor:only")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("add")]
    [InlineData("add=vendor")]
    [InlineData("add=vendor:maybe")]
    [InlineData("add=Vendor:may")]
    [InlineData("=vendor:may")]
    public void Text_that_assumes_no_kernel_is_refused(string text) => Assert.Throws<FormatException>(() => AssumedKernel.Parse(text));

    [Fact]
    public void A_pass_that_is_not_there_is_refused_before_any_runs() => Assert.Contains(
        "expected some of functionalize",
        Assert.Throws<ArgumentException>(() => PassPipeline.Run(
            TestRuntime.Native, Compiling.Parse("graph @g(%x: f32[1]) {\n  return %x\n}"), ["functionalize", "fly"])).Message,
        StringComparison.Ordinal);

    private static Generation Absent(string provider)
    {
        Generation there = TestRuntime.GenerationOf(1, provider);
        return new Generation
        {
            Plugin = "absent",
            Number = 1,
            Version = "1.0",
            ContentHash = "absent",
            Ops = [],
            Fusions = [],
            Providers = [new ProviderDescriptor { Name = provider, Device = DeviceKind.Cpu, Support = PluginIr.Support.No("its library is missing") }],
            Kernels = there.Kernels,
        };
    }
}
