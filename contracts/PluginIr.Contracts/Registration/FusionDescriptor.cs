using PluginIr.Graphs;

namespace PluginIr.Registration;

/// <summary>A fusion as its declaration registers it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Pattern">Makes the calls that are looked for, and says which results may be used outside.</param>
/// <param name="Replacement">Makes the call that takes their place, and says which results take those places.</param>
public sealed record FusionDescriptor(
    string Name,
    Func<IrGraphBuilder, FusionVariables, GraphValue[]> Pattern,
    Func<IrGraphBuilder, FusionVariables, GraphValue[]> Replacement);
