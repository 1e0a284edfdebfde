using PluginIr.Graphs;
using PluginIr.Ops;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>halve, halve → quarter.</summary>
[Fusion("halve_twice")]
internal static class HalveTwice
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables) => [graph.Halve(graph.Halve(variables.Tensor("x")))];

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables) => [graph.Quarter(variables.Tensor("x"))];
}

/// <summary>Says what is not so.</summary>
[Fusion("halve_and_gelu")]
internal static class HalveAndGelu
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables) => [graph.GeluNew(graph.Halve(variables.Tensor("x")))];

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables) => [graph.Quarter(variables.Tensor("x"))];
}

/// <summary>Leads to two calls.</summary>
[Fusion("malformed")]
internal static class Malformed
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables) => [graph.Quarter(variables.Tensor("x"))];

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables) => [graph.Halve(graph.Halve(variables.Tensor("x")))];
}
