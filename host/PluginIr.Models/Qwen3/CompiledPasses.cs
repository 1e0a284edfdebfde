using PluginIr.Dispatch;

namespace PluginIr.Models.Qwen3;

/// <summary>What a batch runs for one sort of result: passes of each sequence, and of all together. For one thread at a time.</summary>
/// <remarks>
/// Each sequence has a pass of its own, whose caches stay bound: on a device a pass is captured and replayed only where its inputs lie where they lay.
/// </remarks>
internal sealed class CompiledPasses : IDisposable
{
    private readonly Func<CompiledPass> _makeSingle;
    private readonly Tensor[][] _caches;
    private readonly CompiledPass?[] _singles;
    private readonly CompiledPass _root; // Has the arena, unless another's is shared.

    /// <summary>Makes the passes.</summary>
    /// <param name="ir">What allocates and copies.</param>
    /// <param name="graphs">Their graphs.</param>
    /// <param name="results">How many outputs the graphs have before the caches.</param>
    /// <param name="tables">Every layer's cache of keys, then of values, of all sequences.</param>
    /// <param name="caches">The same of each sequence.</param>
    /// <param name="weights">The graphs' last inputs.</param>
    /// <param name="beside">Passes whose arena these share, and that are disposed after them; null for an arena of their own.</param>
    public CompiledPasses(
        IrDispatcher ir, CompiledGraphs graphs, int results, Tensor[] tables, Tensor[][] caches, IReadOnlyList<Tensor> weights, CompiledPasses? beside)
    {
        _caches = caches;
        _singles = new CompiledPass?[caches.Length];
        _root = Single(beside?._root);
        _root.Bind(caches[0]);
        _singles[0] = _root;
        _makeSingle = () => Single(_root);
        if (graphs.Batch is null)
            return;
        Together = new CompiledPass(ir, graphs.Batch, caches.Length, results, tables.Length, weights, _root);
        Together.Bind(tables);

        CompiledPass Single(CompiledPass? root) => new(ir, graphs.Single, 1, results, tables.Length, weights, root);
    }

    /// <summary>One token of every sequence; null when there is one sequence only.</summary>
    public CompiledPass? Together { get; }

    /// <summary>The bytes of the arena.</summary>
    public long ArenaBytes => _root.ArenaBytes;

    /// <summary>Any number of tokens of one sequence.</summary>
    public CompiledPass Of(int sequence)
    {
        if (_singles[sequence] is { } made)
            return made;
        CompiledPass pass = _makeSingle();
        pass.Bind(_caches[sequence]);
        return _singles[sequence] = pass;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Together?.Dispose();
        foreach (CompiledPass? single in _singles.Skip(1))
            single?.Dispose();
        _root.Dispose();
    }
}
