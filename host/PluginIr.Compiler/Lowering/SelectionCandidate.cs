namespace PluginIr.Compiler.Lowering;

/// <summary>A kernel that a node could have been lowered to.</summary>
/// <param name="Provider">Its provider.</param>
/// <param name="Reason">Why it was taken, or why not.</param>
/// <param name="DependsOnSize">True when it accepts the node at some sizes of the graph's symbol and declines it at others.</param>
public sealed record SelectionCandidate(string Provider, string Reason, bool DependsOnSize = false);
