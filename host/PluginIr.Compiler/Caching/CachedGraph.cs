using PluginIr.Compiler.Lowering;

namespace PluginIr.Compiler.Caching;

/// <summary>What the cache keeps of a compilation.</summary>
/// <param name="Text">The lowered graph.</param>
/// <param name="Fused">How often each fusion was applied.</param>
/// <param name="Selections">The kernel of every node, and why.</param>
/// <param name="Notes">What was not done and why.</param>
internal sealed record CachedGraph(
    string Text, IReadOnlyDictionary<string, int> Fused, IReadOnlyList<Selection> Selections, IReadOnlyList<string> Notes);
