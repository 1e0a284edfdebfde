using PluginIr.Graphs;
using PluginIr.Ops;

namespace PluginIr.Fusions;

/// <summary>rms_norm, static_quant_fp8 → rms_norm_static_quant_fp8.</summary>
[Fusion("rms_norm_static_quant")]
internal static class RmsNormStaticQuant
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables) =>
    [
        graph.StaticQuantFp8(
            graph.RmsNorm(
                variables.Tensor("x"), variables.OptionalTensor("weight"), variables.Attribute<float>("epsilon"), variables.Attribute<int?>("variance_size")),
            variables.Tensor("scale"), variables.Attribute<DType>("fp8_dtype")),
    ];

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables) =>
    [
        graph.RmsNormStaticQuantFp8(
            variables.Tensor("x"), variables.OptionalTensor("weight"), variables.Tensor("scale"), variables.Attribute<float>("epsilon"),
            variables.Attribute<DType>("fp8_dtype"), variables.Attribute<int?>("variance_size")),
    ];
}
