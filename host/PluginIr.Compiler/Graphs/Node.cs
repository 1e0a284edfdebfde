namespace PluginIr.Compiler.Graphs;

/// <summary>One call in a graph. Its op's schema says how many operands, attributes and results there are.</summary>
/// <param name="Op">The op's number in <see cref="Graph.Ops"/>.</param>
/// <param name="FirstOperand">Where its operands begin.</param>
/// <param name="FirstAttribute">Where its attributes begin.</param>
/// <param name="FirstResult">Where its results begin.</param>
/// <param name="IsDonating">True for the maybe_inplace overload.</param>
/// <param name="Kernel">The kernel's number in <see cref="Graph.Kernels"/>; -1 before lowering.</param>
/// <param name="Position">Where it stands in the text that the graph was made from.</param>
public readonly record struct Node(
    int Op, int FirstOperand, int FirstAttribute, int FirstResult, bool IsDonating, int Kernel, SourcePosition Position);
