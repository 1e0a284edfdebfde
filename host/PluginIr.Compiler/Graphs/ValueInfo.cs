namespace PluginIr.Compiler.Graphs;

/// <summary>One tensor of a graph.</summary>
/// <param name="Name">Its name, without the <c>%</c> that text puts before it.</param>
/// <param name="Spec">Its dtype and shape.</param>
/// <param name="Device">Where it is.</param>
public readonly record struct ValueInfo(string Name, SymbolicSpec Spec, Device Device);
