namespace PluginIr.Compiler.Planning;

/// <summary>Where a value lies.</summary>
/// <param name="Storage">The memory's number in <see cref="MemoryPlan.Storages"/>.</param>
/// <param name="Offset">Where in it the value begins, in bytes.</param>
public readonly record struct ValuePlace(int Storage, long Offset);
