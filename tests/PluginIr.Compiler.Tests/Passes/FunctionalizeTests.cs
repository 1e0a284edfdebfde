using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Tests.Support;
using Xunit;

namespace PluginIr.Compiler.Tests.Passes;

public sealed class FunctionalizeTests
{
    [Fact]
    public void Donating_calls_become_functional_and_the_inputs_that_they_donated_are_recorded() => Assert.Equal(
        """
        graph @g(%x: f32[4,8] donated, %r: f32[4,8] donated, %y: f32[4,8]) {
          %n, %s = fused_add_rms_norm(%x, %r, epsilon=1e-05)
          %t = add(%s, %y)
          return %n, %t
        }

        """.ReplaceLineEndings("\n"),
        Compiling.Text(
            """
            graph @g(%x: f32[4,8], %r: f32[4,8], %y: f32[4,8]) {
              %n, %s = fused_add_rms_norm.maybe_inplace(%x, %r, epsilon=1e-05)
              %t = add.maybe_inplace(%s, %y)
              return %n, %t
            }
            """,
            "functionalize"));

    [Fact]
    public void An_input_is_donated_through_a_view_of_it() => Assert.Contains(
        "%x: f32[4,8] donated",
        Compiling.Text(
            """
            graph @g(%x: f32[4,8], %y: f32[32]) {
              %v = reshape(%x, shape="[32]")
              %t = add.maybe_inplace(%v, %y)
              return %t
            }
            """,
            "functionalize"),
        StringComparison.Ordinal);

    [Fact]
    public void Running_it_again_changes_nothing()
    {
        string once = Compiling.Text("graph @g(%x: f32[4,8]) {\n  %t = add.maybe_inplace(%x, %x)\n  return %t\n}", "functionalize");
        Assert.Equal(once, Compiling.Text(once, "functionalize"));
    }

    [Theory]
    [InlineData("%u = gelu(%x, approximate=\"none\")", "%u", 3, "%x is used by %u after %t = add.maybe_inplace took it. Call add there, which keeps its inputs, or donate clone(%x).")]
    [InlineData("", "%x", 2, "%x is returned after %t = add.maybe_inplace took it. Call add there")]
    [InlineData("%u = add.maybe_inplace(%x, %y)", "%u", 3, "%x is used by %u after %t")]
    [InlineData("%u = gelu(%v, approximate=\"none\")", "%u", 3, "%v is used by %u after %t")]
    public void Using_again_what_was_donated_is_an_error_that_names_value_node_and_remedy(string next, string returned, int line, string problem)
    {
        string text = $$"""
            graph @g(%x: f32[4,8], %y: f32[4,8]) { %v = reshape(%x, shape="[4,2,4]")
              %t = add.maybe_inplace(%x, %y)
              {{next}}
              return %t, {{returned}}
            }
            """;
        GraphException refused = Assert.Throws<GraphException>(() => Compiling.Text(text, "functionalize"));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.Equal(line, refused.Position.Line);
    }

    [Theory]
    [InlineData("add(%t, %y)")] // the result of the donation, not what was donated
    [InlineData("add(%c, %y)")] // a copy that was made before
    public void Using_the_result_or_an_earlier_clone_is_no_error(string next) => Compiling.Text(
        $$"""
        graph @g(%x: f32[4,8], %y: f32[4,8]) {
          %c = clone(%x)
          %t = add.maybe_inplace(%x, %y)
          %u = {{next}}
          return %u
        }
        """,
        "functionalize");
}
