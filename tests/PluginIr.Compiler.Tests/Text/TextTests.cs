using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Tests.Support;
using Xunit;

namespace PluginIr.Compiler.Tests.Text;

public sealed class TextTests
{
    private const string Everything = """
        graph @everything(%x: bf16[T,16] on cuda:1 donated unaligned, %1: bf16[2*T+1,16] on cuda:1, %scale: f32[] on cuda:1, %w: f32[16] on cuda:1) where T in 1..64 {
          %n, %s = fused_add_rms_norm.maybe_inplace(%x, %x, None, epsilon=1e-05, variance_size=8)
          %q, %qs = dynamic_quant_fp8(%s, None, per_token=True, fp8_dtype=float8_e4m3fn)
          %g = gelu[cpu_simd](%n, approximate="tanh")
          %c = clone(%g)
          %a = add[vendor only](%c, %s)
          %v = reshape(%a, shape="[T,2,8]")
          %l = last_rows(%v, count=1)
          return %l, %q, %qs, %l
        }

        """;

    [Fact]
    public void A_graphs_text_is_read_back_to_the_identical_text()
    {
        string printed = Compiling.Parse(Everything).ToString();
        Assert.Equal(printed, Compiling.Parse(printed).ToString());
        Assert.Equal(Everything.ReplaceLineEndings("\n").Replace("(%s, None, per", "(%s, per"), printed.Replace("(%x, %x, epsilon", "(%x, %x, None, epsilon"));
    }

    [Fact]
    public void Spaces_comments_and_defaults_that_are_spelt_out_make_no_difference()
    {
        string written = """
            # before
            graph @g ( %x : f32 [ 2 , 4 ] )   # after
            {
              %y=rms_norm(%x,None,variance_size=None,epsilon = 0.00001)
              return
                %y }
            # the end
            """;
        Assert.Equal("graph @g(%x: f32[2,4]) {\n  %y = rms_norm(%x, epsilon=1e-05)\n  return %y\n}\n", Compiling.Parse(written).ToString());
    }

    [Theory]
    [InlineData("graph @g(%x: f32[2,4]) {\n  %y = rmsnorm(%x, epsilon=1)\n  return %y\n}", 2, 8, "No op is named 'rmsnorm'. Did you mean 'rms_norm'")]
    [InlineData("graph @g(%x: f32[2,4]) {\n  %y = rms_norm(%z, epsilon=1)\n  return %y\n}", 2, 17, "%z is not defined before this.")]
    [InlineData("graph @g(%x: f32[2,4]) {\n  %y = rms_norm(%x)\n  return %y\n}", 2, 16, "'epsilon' has no default")]
    [InlineData("graph @g(%x: f32[2,4]) {\n  %y = rms_norm(%x, epsilon=one)\n  return %y\n}", 2, 29, "'one' is not a value for 'float epsilon'")]
    [InlineData("graph @g(%x: f32[2,4]) {\n  %y = rms_norm(%x, eps=1)\n  return %y\n}", 2, 21, "rms_norm has no attribute 'eps'.")]
    [InlineData("graph @g(%x: f32[2,4]) {\n  %y = rms_norm(%x, %x, %x, epsilon=1)\n  return %y\n}", 2, 25, "takes 2 tensors")]
    [InlineData("graph @g(%x: f32[2,4], %w: f32[5]) {\n  %y = rms_norm(%x, %w, epsilon=1)\n  return %y\n}", 2, 8, "weight must be [4]")]
    [InlineData("graph @g(%x: f32[2,4]) {\n  %x = rms_norm(%x, epsilon=1)\n  return %x\n}", 2, 3, "%x is defined twice")]
    [InlineData("graph @g(%x: f32[2,4]) {\n  %y, %z = rms_norm(%x, epsilon=1)\n  return %y\n}", 2, 3, "rms_norm has 1 results; found 2 names")]
    [InlineData("graph @g(%x: f32[2,4]) {\n  %y = rms_norm.maybe_inplace(%x, epsilon=1)\n  return %y\n}", 2, 8, "has no maybe_inplace overload")]
    [InlineData("graph @g(%x: f33[2,4]) {\n  return %x\n}", 1, 10, "'f33' is not a dtype")]
    [InlineData("graph @g(%x: f32[T,4]) {\n  return %x\n}", 1, 10, "needs a symbol; declare it after the inputs: where T in 1..64")]
    [InlineData("graph @g(%x: f32[S,4]) where T in 1..2 {\n  return %x\n}", 1, 10, "names 'S'; the graph's symbol is T")]
    [InlineData("graph @g(%x: f32[T,4]) where T in 2..1 {\n  return %x\n}", 1, 30, "the lesser size first")]
    [InlineData("graph @g(%x: f32[4] on tpu) {\n  return %x\n}", 1, 10, "No loaded provider works on 'tpu'")]
    [InlineData("graph @g(%x: f32[4], %y: f32[4] on cuda) {\n  %z = add(%x, %y)\n  return %z\n}", 1, 22, "%y is on cuda, %x on cpu; a graph's tensors are on one device")]
    [InlineData("graph @g(%x: f32[4] on cuda, %y: f32[4] on cuda:1) {\n  return %x\n}", 1, 30, "%y is on cuda:1, %x on cuda; a graph's tensors are on one device")]
    [InlineData("graph @g(%x: f32[4]) {\n  %z = reshape(%x, shape=\"[3]\")\n  return %z\n}", 2, 8, "f32[4] has 4 elements")]
    [InlineData("graph @g(%x: f32[4]) {\n  %z = last_rows(%x, count=5)\n  return %z\n}", 2, 8, "count must be from 0 to 4")]
    [InlineData("graph @g(%x: f32[4]) {\n  return %x\n} more", 3, 3, "expected the end, found 'more'")]
    [InlineData("graph @g(%x: f32[4]) {\n  return %x", 2, 12, "expected '}', found the end")]
    [InlineData("", 1, 1, "expected 'graph', found the end")]
    public void What_is_no_graph_is_refused_with_line_and_column(string text, int line, int column, string problem)
    {
        GraphException refused = Assert.Throws<GraphException>(() => Compiling.Parse(text));
        Assert.Equal(new SourcePosition(line, column), refused.Position);
        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
        Assert.StartsWith($"line {line}, column {column}: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("f32[T,16]", "T in 1..64", "linear", "f32[16,8]", false)] // the weight must be [N,16]
    [InlineData("f32[T,16]", "T in 1..64", "linear", "f32[8,16]", true)]
    [InlineData("f32[3*T+1,16]", "T in 2..5", "linear", "f32[8,16]", true)]
    public void Shapes_with_a_symbol_are_inferred_and_checked(string x, string symbol, string op, string weight, bool isRight)
    {
        string text = $"graph @g(%x: {x}, %w: {weight}) where {symbol} {{\n  %y = {op}(%x, %w)\n  return %y\n}}";
        if (!isRight)
        {
            Assert.Throws<GraphException>(() => Compiling.Parse(text));
            return;
        }

        Graph graph = Compiling.Parse(text);
        SymbolicSpec inferred = graph.Values[graph.Outputs[0]].Spec;
        Assert.Equal(x.Replace("16", "8"), inferred.ToText("T"));
    }

    [Fact]
    public void An_output_that_does_not_grow_evenly_with_the_symbol_is_refused()
    {
        // Padding to 8 rows is a bend in the line: 8 rows for up to 8 tokens, as many as tokens after that.
        GraphException refused = Assert.Throws<GraphException>(() => Compiling.Parse(
            """
            graph @g(%x: f32[T,16], %s: f32[1]) where T in 1..64 {
              %y = static_quant_fp8(%x, %s, fp8_dtype=float8_e4m3fn, num_token_padding=8)
              return %y
            }
            """));
        Assert.Contains("must grow evenly with the symbol; found f8e4m3fn[8,16] at 1", refused.Message, StringComparison.Ordinal);
    }
}
