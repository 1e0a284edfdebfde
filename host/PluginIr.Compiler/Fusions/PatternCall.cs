using PluginIr.Graphs;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Fusions;

/// <summary>A call of a pattern.</summary>
/// <param name="Schema">The op's schema.</param>
/// <param name="Operands">Its tensors as values of the pattern; -1 for those not given.</param>
/// <param name="Attributes">Its other inputs: values or variables, no defaults.</param>
/// <param name="Results">Its results as values of the pattern.</param>
internal sealed record PatternCall(OpSchema Schema, int[] Operands, GraphAttribute[] Attributes, int[] Results);
