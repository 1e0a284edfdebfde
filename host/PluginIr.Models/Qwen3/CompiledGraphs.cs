using PluginIr.Compiler;

namespace PluginIr.Models.Qwen3;

/// <summary>The graphs that a compiled model runs for one sort of result.</summary>
/// <param name="Single">Any number of tokens of one sequence.</param>
/// <param name="Batch">One token of every sequence; null when there is one sequence only.</param>
internal sealed record CompiledGraphs(CompiledGraph Single, CompiledGraph? Batch) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Single.Dispose();
        Batch?.Dispose();
    }
}
