namespace PluginIr.Compiler.Planning;

/// <summary>One memory of a plan.</summary>
/// <param name="Input">The input whose memory it is; -1 for a part of the arena.</param>
/// <param name="Offset">Where it begins in the arena, in bytes.</param>
/// <param name="Bytes">How many bytes.</param>
/// <param name="FirstNode">The node that defines its first value; -1 for an input.</param>
/// <param name="LastNode">The last node that uses one of its values; the number of nodes for what the graph returns.</param>
public readonly record struct StoragePlace(int Input, long Offset, long Bytes, int FirstNode, int LastNode);
