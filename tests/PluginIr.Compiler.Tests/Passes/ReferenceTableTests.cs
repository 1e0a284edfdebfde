using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Tests.Support;
using Xunit;

namespace PluginIr.Compiler.Tests.Passes;

/// <summary>The counts that vLLM's tests expect of two chained fused_add_rms_norm.</summary>
public sealed class ReferenceTableTests
{
    private const string Passes = "functionalize,lower,eliminate-clones,plan";

    [Theory]
    [InlineData(".maybe_inplace", ".maybe_inplace", "", "%n2, %s1, %s2", 2, 3, 0)]
    [InlineData("", "", "", "%n2, %s1, %s2", 0, 0, 3)]
    [InlineData(".maybe_inplace", "", "", "%n1, %n2, %s1, %s2", 1, 2, 2)]
    [InlineData(".maybe_inplace", "", "%y = silu_and_mul(%n1)", "%n2, %s2", 1, 2, 1)]
    public void Clones_are_left_where_the_reference_leaves_them(
        string first, string second, string between, string returned, int functionalized, int donated, int clones)
    {
        string text = Text(first, second, between, returned);

        (Graph only, CompileReport report) = Compiling.Run(text, Passes, "fused_add_rms_norm=vendor:only");
        Assert.Equal((functionalized, donated, clones), (report.Functionalized, Compiling.Donated(only), Compiling.Clones(only)));

        (Graph may, report) = Compiling.Run(text, Passes, "fused_add_rms_norm=vendor:may");
        Assert.Equal((functionalized, donated, 0), (report.Functionalized, Compiling.Donated(may), Compiling.Clones(may)));
    }

    private static string Text(string first, string second, string between, string returned)
    {
        bool halves = between.Length > 0;
        return $$"""
            graph @two_norms(%x: bf16[8,16], %r1: bf16[8,16], %r2: bf16[8,{{(halves ? 8 : 16)}}], %w: bf16[16], %w2: bf16[{{(halves ? 8 : 16)}}]) {
              %n1, %s1 = fused_add_rms_norm{{first}}(%x, %r1, %w, epsilon=1e-05)
              {{between}}
              %n2, %s2 = fused_add_rms_norm{{second}}({{(halves ? "%y" : "%n1")}}, %r2, %w2, epsilon=1e-05)
              return {{returned}}
            }
            """;
    }
}
