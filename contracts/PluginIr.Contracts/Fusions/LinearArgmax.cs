using PluginIr.Graphs;
using PluginIr.Ops;

namespace PluginIr.Fusions;

/// <summary>linear, argmax → linear_argmax: the likeliest token without the memory of all tokens' logits.</summary>
[Fusion("linear_argmax")]
internal static class LinearArgmax
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables) =>
        [graph.Argmax(graph.Linear(variables.Tensor("x"), variables.Tensor("weight")))];

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables) =>
        [graph.LinearArgmax(variables.Tensor("x"), variables.Tensor("weight"))];
}
