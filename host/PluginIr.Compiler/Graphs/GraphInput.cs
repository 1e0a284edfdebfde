namespace PluginIr.Compiler.Graphs;

/// <summary>A tensor that the caller of a graph gives.</summary>
/// <param name="Value">Its number among the values.</param>
/// <param name="IsDonated">True when the graph may write over it; its contents are undefined afterwards.</param>
/// <param name="IsUnaligned">True when its address need not be a multiple of 64 bytes. Kernels that ask for alignment then go past it.</param>
public readonly record struct GraphInput(int Value, bool IsDonated = false, bool IsUnaligned = false);
