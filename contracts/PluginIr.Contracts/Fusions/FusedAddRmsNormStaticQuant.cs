using PluginIr.Graphs;
using PluginIr.Ops;

namespace PluginIr.Fusions;

/// <summary>fused_add_rms_norm, static_quant_fp8 → fused_add_rms_norm_static_quant_fp8.</summary>
[Fusion("fused_add_rms_norm_static_quant")]
internal static class FusedAddRmsNormStaticQuant
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables)
    {
        (GraphValue normed, GraphValue sum) = graph.FusedAddRmsNorm(
            variables.Tensor("x"), variables.Tensor("residual"), variables.OptionalTensor("weight"), variables.Attribute<float>("epsilon"),
            variables.Attribute<int?>("variance_size"));
        return [graph.StaticQuantFp8(normed, variables.Tensor("scale"), variables.Attribute<DType>("fp8_dtype")), sum];
    }

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables)
    {
        (GraphValue quantized, GraphValue sum) = graph.FusedAddRmsNormStaticQuantFp8(
            variables.Tensor("x"), variables.Tensor("residual"), variables.OptionalTensor("weight"), variables.Tensor("scale"),
            variables.Attribute<float>("epsilon"), variables.Attribute<DType>("fp8_dtype"), variables.Attribute<int?>("variance_size"));
        return [quantized, sum];
    }
}
