using PluginIr.Contracts.Generators.Tests.Driving;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests;

/// <summary>What is wrong with a fusion's declaration is an error of the build.</summary>
public sealed class FusionDiagnosticTests
{
    private static readonly RuleCheck s_fusion = new(
        """
        using PluginIr.Graphs;
        using PluginIr.Ops;

        [Fusion("add_twice")]
        internal static class AddTwice
        {
            internal static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables) =>
                [graph.Add(variables.Tensor("x"), variables.Tensor("x"))];

            internal static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables) =>
                [graph.Add(variables.Tensor("x"), variables.Tensor("x"))];
        }
        """);

    [Fact]
    public void PIR002_a_fusions_name_is_lower_case() => s_fusion.Reports("PIR002", "add_twice", "AddTwice", "fusion name", "'AddTwice'");

    [Theory]
    [InlineData("class AddTwice")]
    [InlineData("record AddTwice")]
    public void PIR025_a_fusions_class_is_static(string replacement) =>
        s_fusion.Reports("PIR025", "static class AddTwice", replacement, "'AddTwice'", "must be a static class");

    [Theory]
    [InlineData("internal static GraphValue[] Replacement", "private static GraphValue[] Replacement", "Replacement")]
    [InlineData("GraphValue[] Pattern(IrGraphBuilder graph,", "GraphValue[] Pattern(object graph,", "Pattern")]
    [InlineData("static GraphValue[] Replacement", "static GraphValue[] Instead", "found none")]
    public void PIR026_a_fusion_has_a_pattern_and_a_replacement(string original, string replacement, string saying) =>
        s_fusion.Reports("PIR026", original, replacement, "'add_twice'", "GraphValue[]", saying);
}
