using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Lowering;
using PluginIr.Compiler.Passes;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Runtime;
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
}
