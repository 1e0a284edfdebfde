using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Compiler.Text;
using PluginIr.Graphs;
using PluginIr.Ops;
using PluginIr.Runtime;
using Xunit;

namespace PluginIr.Compiler.Tests.Graphs;

public sealed class BuilderTests
{
    [Fact]
    public void Calls_that_look_like_eager_ones_build_a_graph()
    {
        var graph = new GraphBuilder(TestRuntime.Native, "block", new Symbol("T", 1, 8));
        GraphValue x = graph.Input("x", DType.BFloat16, Dim.Symbol, 16), residual = graph.Input("r", DType.BFloat16, Dim.Symbol, 16);
        GraphValue weight = graph.Input("w", DType.BFloat16, 16);
        (GraphValue normed, GraphValue sum) = graph.FusedAddRmsNormMaybeInplace(x, residual, weight, 1e-5f);
        graph.Named(normed, "n");
        GraphValue bare = graph.RmsNorm(sum, null, 1e-5f, 8);
        GraphValue gelu = graph.Gelu(graph.Add(bare, normed), "tanh");
        GraphValue rows = graph.LastRows(graph.Reshape(gelu, Dim.Symbol, 2, 8), 1);

        Assert.Equal(
            """
            graph @block(%x: bf16[T,16], %r: bf16[T,16], %w: bf16[16]) where T in 1..8 {
              %n, %v4 = fused_add_rms_norm.maybe_inplace(%x, %r, %w, epsilon=1e-05)
              %v5 = rms_norm(%v4, epsilon=1e-05, variance_size=8)
              %v6 = add(%v5, %n)
              %v7 = gelu(%v6, approximate="tanh")
              %v8 = reshape(%v7, shape="[T,2,8]")
              %v9 = last_rows(%v8, count=1)
              return %v9
            }

            """.ReplaceLineEndings("\n"),
            graph.Build(graph.Named(rows, "v9")).ToString());
    }

    [Fact]
    public void A_default_is_the_schemas()
    {
        var graph = new GraphBuilder(TestRuntime.Native, "g");
        GraphValue q = graph.Input("q", DType.Float32, 2, 1, 4);
        string text = graph.Build(graph.Attention(q, q, q, 0.5f)).ToString();
        Assert.Contains("attention(%q, %q, %q, scale=0.5)", text, StringComparison.Ordinal);
        Assert.Equal(text, Compiling.Parse(text).ToString());
    }

    [Fact]
    public void A_call_is_checked_as_it_is_added()
    {
        var graph = new GraphBuilder(TestRuntime.Native, "g");
        GraphValue x = graph.Input("x", DType.Float32, 2, 4), y = graph.Input("y", DType.Float32, 2, 5);
        Assert.Contains("y must be f32[2,4]", Assert.Throws<GraphException>(() => graph.Add(x, y)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_on_two_devices_is_refused()
    {
        var graph = new GraphBuilder(TestRuntime.Native, "g");
        GraphValue x = graph.Input("x", DType.Float32, 4);
        GraphValue y = graph.Input("y", new SymbolicSpec(DType.Float32, 4), new Device(DeviceKind.Get("cuda")));
        Assert.Contains(
            "%y is on cuda, %x on cpu; a graph's tensors are on one device", Assert.Throws<GraphException>(() => graph.Build(x, y)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_falls_as_the_symbol_grows_is_refused_because_text_cannot_say_it()
    {
        var graph = new GraphBuilder(TestRuntime.Native, "g", new Symbol("T", 1, 8));
        Assert.Contains(
            "The input '%x' has the size -1*T+64", Assert.Throws<GraphException>(() => graph.Input("x", DType.Float32, new Dim(-1, 64))).Message,
            StringComparison.Ordinal);

        // Nothing was added.
        Assert.StartsWith("graph @g(%x: f32[T+64])", graph.Build(graph.Input("x", DType.Float32, new Dim(1, 64))).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_that_returns_nothing_is_refused()
    {
        var graph = new GraphBuilder(TestRuntime.Native, "g");
        graph.Input("x", DType.Float32, 4);
        Assert.Contains("g returns nothing", Assert.Throws<GraphException>(() => graph.Build()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\"b", false)]
    [InlineData("a\nb", false)]
    [InlineData("\"", false)]
    [InlineData("", true)]
    [InlineData("a, b) # \\ [é]\r", true)]
    public void Text_is_taken_as_an_attribute_when_the_graphs_text_is_read_back_with_it_and_is_refused_otherwise(string text, bool isTaken)
    {
        IrRuntime runtime = TestRuntime.With();
        var graph = new GraphBuilder(runtime, "g");
        GraphValue x = graph.Input("x", DType.Float32, 4);
        if (!isTaken)
        {
            Assert.Contains("label: 'text' must hold neither a quote nor a new line", Assert.Throws<GraphException>(() => graph.Label(x, text)).Message, StringComparison.Ordinal);
            return;
        }

        string printed = graph.Build(graph.Label(x, text)).ToString();
        Assert.Equal(printed, GraphParser.Parse(runtime, printed).ToString());
    }

    [Fact]
    public void A_value_of_another_graph_is_refused()
    {
        var graph = new GraphBuilder(TestRuntime.Native, "g");
        GraphValue x = graph.Input("x", DType.Float32, 4);
        GraphValue other = new GraphBuilder(TestRuntime.Native, "other").Input("x", DType.Float32, 4);
        Assert.Throws<GraphException>(() => graph.Add(x, other));
        Assert.Throws<GraphException>(() => graph.Add(x, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("x")]
    public void An_input_needs_a_name_of_its_own(string name)
    {
        var graph = new GraphBuilder(TestRuntime.Native, "g");
        graph.Input("x", DType.Float32, 4);
        Assert.Throws<GraphException>(() => graph.Input(name, DType.Float32, 4));
    }

    [Fact]
    public void An_op_that_a_plugin_declares_is_called_like_any_other()
    {
        IrRuntime runtime = TestRuntime.With();
        var graph = new GraphBuilder(runtime, "g");
        GraphValue x = graph.Input("x", DType.Float32, 4);
        Assert.Contains("%v1 = halve(%x)", graph.Build(graph.Halve(x)).ToString(), StringComparison.Ordinal);

        // Unloaded, the op is an error that says so.
        runtime.Replace("tests", null);
        Assert.Contains("No op is named 'halve'", Assert.Throws<GraphException>(() => graph.Halve(x)).Message, StringComparison.Ordinal);
    }
}
