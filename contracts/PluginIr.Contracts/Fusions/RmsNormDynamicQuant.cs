using PluginIr.Graphs;
using PluginIr.Ops;

namespace PluginIr.Fusions;

/// <summary>rms_norm, dynamic_quant_fp8 per token → rms_norm_dynamic_quant_fp8.</summary>
[Fusion("rms_norm_dynamic_quant")]
internal static class RmsNormDynamicQuant
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables)
    {
        GraphValue normed = graph.RmsNorm(
            variables.Tensor("x"), variables.OptionalTensor("weight"), variables.Attribute<float>("epsilon"), variables.Attribute<int?>("variance_size"));
        (GraphValue quantized, GraphValue scale) = graph.DynamicQuantFp8(
            normed, true, variables.Attribute<DType>("fp8_dtype"), variables.OptionalTensor("scale_ub"));
        return [quantized, scale];
    }

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables)
    {
        (GraphValue quantized, GraphValue scale) = graph.RmsNormDynamicQuantFp8(
            variables.Tensor("x"), variables.OptionalTensor("weight"), variables.Attribute<float>("epsilon"), variables.Attribute<DType>("fp8_dtype"),
            variables.OptionalTensor("scale_ub"), variables.Attribute<int?>("variance_size"));
        return [quantized, scale];
    }
}
