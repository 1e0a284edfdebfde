namespace PluginIr.Dispatch;

/// <summary>The rows of one op on one kind of device.</summary>
/// <param name="Start">The first row.</param>
/// <param name="Count">How many rows.</param>
public readonly record struct RowRange(int Start, int Count);
