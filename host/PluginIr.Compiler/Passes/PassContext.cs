using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler.Passes;

/// <summary>What passes look at beside the graph.</summary>
/// <param name="Runtime">The runtime.</param>
/// <param name="Snapshot">The registry that the graph is compiled against. It is entered, or cannot be retired meanwhile.</param>
/// <param name="Options">What the caller asked for.</param>
/// <param name="Report">Where passes say what they did.</param>
internal sealed record PassContext(IrRuntime Runtime, RegistrySnapshot Snapshot, CompileOptions Options, CompileReport Report)
{
    /// <summary>Sizes at which a kernel declined that was chosen for a range: predicates are asked at these, too.</summary>
    public IReadOnlyList<long> DeclinedSizes { get; init; } = [];
}
