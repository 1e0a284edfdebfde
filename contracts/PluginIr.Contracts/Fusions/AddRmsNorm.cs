using PluginIr.Graphs;
using PluginIr.Ops;

namespace PluginIr.Fusions;

/// <summary>add, rms_norm → fused_add_rms_norm. The norm then goes on from the sum before rounding.</summary>
[Fusion("add_rms_norm")]
internal static class AddRmsNorm
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables)
    {
        GraphValue sum = graph.Add(variables.Tensor("x"), variables.Tensor("residual"));
        GraphValue normed = graph.RmsNorm(
            sum, variables.OptionalTensor("weight"), variables.Attribute<float>("epsilon"), variables.Attribute<int?>("variance_size"));
        return [normed, sum];
    }

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables)
    {
        (GraphValue normed, GraphValue sum) = graph.FusedAddRmsNorm(
            variables.Tensor("x"), variables.Tensor("residual"), variables.OptionalTensor("weight"), variables.Attribute<float>("epsilon"),
            variables.Attribute<int?>("variance_size"));
        return [normed, sum];
    }
}
