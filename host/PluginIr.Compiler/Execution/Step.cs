namespace PluginIr.Compiler.Execution;

/// <summary>One thing that a run does: a call of a kernel, or a copy.</summary>
/// <param name="Entry">The kernel's packed entry; 0 for a copy. Valid inside the snapshot that the graph was lowered against.</param>
/// <param name="Node">The node.</param>
/// <param name="OpId">The op.</param>
/// <param name="Kernel">The kernel's index in the snapshot.</param>
/// <param name="FirstOperand">Where its operands begin.</param>
/// <param name="OperandCount">How many operands.</param>
/// <param name="FirstResult">Where its results begin.</param>
/// <param name="ResultCount">How many results.</param>
/// <param name="FirstAttribute">Where its attributes begin.</param>
/// <param name="AttributeCount">How many attributes.</param>
internal readonly record struct Step(
    nint Entry, int Node, int OpId, int Kernel, int FirstOperand, int OperandCount, int FirstResult, int ResultCount, int FirstAttribute,
    int AttributeCount);
