using PluginIr.Graphs;
using PluginIr.Ops;

namespace PluginIr.Fusions;

/// <summary>fused_add_rms_norm, dynamic_quant_fp8 per token → fused_add_rms_norm_dynamic_quant_fp8.</summary>
[Fusion("fused_add_rms_norm_dynamic_quant")]
internal static class FusedAddRmsNormDynamicQuant
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables)
    {
        (GraphValue normed, GraphValue sum) = graph.FusedAddRmsNorm(
            variables.Tensor("x"), variables.Tensor("residual"), variables.OptionalTensor("weight"), variables.Attribute<float>("epsilon"),
            variables.Attribute<int?>("variance_size"));
        (GraphValue quantized, GraphValue scale) = graph.DynamicQuantFp8(
            normed, true, variables.Attribute<DType>("fp8_dtype"), variables.OptionalTensor("scale_ub"));
        return [quantized, scale, sum];
    }

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables)
    {
        (GraphValue quantized, GraphValue scale, GraphValue sum) = graph.FusedAddRmsNormDynamicQuantFp8(
            variables.Tensor("x"), variables.Tensor("residual"), variables.OptionalTensor("weight"), variables.Attribute<float>("epsilon"),
            variables.Attribute<DType>("fp8_dtype"), variables.OptionalTensor("scale_ub"), variables.Attribute<int?>("variance_size"));
        return [quantized, scale, sum];
    }
}
