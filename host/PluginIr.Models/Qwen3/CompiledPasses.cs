using PluginIr.Dispatch;

namespace PluginIr.Models.Qwen3;

/// <summary>What a batch runs for one sort of result: passes of one sequence, and of all together. For one thread at a time.</summary>
internal sealed class CompiledPasses : IDisposable
{
    /// <summary>Makes the passes.</summary>
    /// <param name="ir">What allocates and copies.</param>
    /// <param name="graphs">Their graphs.</param>
    /// <param name="results">How many outputs the graphs have before the caches.</param>
    /// <param name="sequences">How many sequences.</param>
    /// <param name="tables">Every layer's cache of keys, then of values, of all sequences.</param>
    /// <param name="weights">The graphs' last inputs.</param>
    /// <param name="beside">Passes whose arena these share, and that are disposed after them; null for an arena of their own.</param>
    public CompiledPasses(
        IrDispatcher ir, CompiledGraphs graphs, int results, int sequences, Tensor[] tables, IReadOnlyList<Tensor> weights, CompiledPasses? beside)
    {
        Single = new CompiledPass(ir, graphs.Single, 1, results, tables.Length, weights, beside?.Single);
        if (graphs.Batch is null)
            return;
        Together = new CompiledPass(ir, graphs.Batch, sequences, results, tables.Length, weights, Single);
        Together.Bind(tables);
    }

    /// <summary>Any number of tokens of one sequence, whose caches are to be bound.</summary>
    public CompiledPass Single { get; }

    /// <summary>One token of every sequence; null when there is one sequence only.</summary>
    public CompiledPass? Together { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Together?.Dispose();
        Single.Dispose();
    }
}
