using PluginIr.Graphs;
using PluginIr.Ops;

namespace PluginIr.Fusions;

/// <summary>rms_norm of query and of key heads, rotary_embedding → rms_norm_rotary_embedding.</summary>
[Fusion("rms_norm_rotary")]
internal static class RmsNormRotary
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables)
    {
        GraphAttribute<float> epsilon = variables.Attribute<float>("epsilon");
        (GraphValue query, GraphValue key) = graph.RotaryEmbedding(
            variables.Tensor("positions"),
            graph.RmsNorm(variables.Tensor("query"), variables.OptionalTensor("query_weight"), epsilon),
            graph.RmsNorm(variables.Tensor("key"), variables.OptionalTensor("key_weight"), epsilon),
            variables.Attribute<int>("head_size"), variables.Attribute<int>("rotary_dim"), variables.Tensor("cos_sin_cache"),
            variables.Attribute<bool>("is_neox_style"));
        return [query, key];
    }

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables)
    {
        (GraphValue query, GraphValue key) = graph.RmsNormRotaryEmbedding(
            variables.Tensor("positions"), variables.Tensor("query"), variables.Tensor("key"), variables.OptionalTensor("query_weight"),
            variables.OptionalTensor("key_weight"), variables.Attribute<float>("epsilon"), variables.Attribute<int>("head_size"),
            variables.Attribute<int>("rotary_dim"), variables.Tensor("cos_sin_cache"), variables.Attribute<bool>("is_neox_style"));
        return [query, key];
    }
}
