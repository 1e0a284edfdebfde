using PluginIr.Graphs;
using PluginIr.Ops;

namespace PluginIr.Fusions;

/// <summary>silu_and_mul, static_quant_fp8 → silu_and_mul_static_quant_fp8.</summary>
[Fusion("silu_and_mul_static_quant")]
internal static class SiluAndMulStaticQuant
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables) =>
        [graph.StaticQuantFp8(graph.SiluAndMul(variables.Tensor("x")), variables.Tensor("scale"), variables.Attribute<DType>("fp8_dtype"))];

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables) =>
        [graph.SiluAndMulStaticQuantFp8(variables.Tensor("x"), variables.Tensor("scale"), variables.Attribute<DType>("fp8_dtype"))];
}
