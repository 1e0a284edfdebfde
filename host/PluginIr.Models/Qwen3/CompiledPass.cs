using PluginIr.Compiler;
using PluginIr.Dispatch;

namespace PluginIr.Models.Qwen3;

/// <summary>Runs a compiled forward pass: the small inputs that say which tokens, and the caches that it writes to. For one thread at a time.</summary>
internal sealed class CompiledPass : IDisposable
{
    // The inputs' numbers in the graph.
    private const int IdsInput = 0, PositionsInput = 1, RowsInput = 2, LengthsInput = 3, FirstCacheInput = 4;

    // As many as a session keeps captured: prompts come in many sizes, and few of them again.
    private const int MaxKeptSizes = 32;

    private readonly IrDispatcher _ir;
    private readonly Device _device;
    private readonly int _sequences;
    private readonly GraphSession _session;
    private readonly int _results;
    private readonly List<TokenInputs> _tokens = new(MaxKeptSizes + 1); // The last used first, which is bound.
    private Tensor[] _caches = [];

    /// <summary>Makes a pass.</summary>
    /// <param name="ir">What allocates and copies.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="sequences">How many sequences it runs.</param>
    /// <param name="results">How many outputs the graph has before the caches.</param>
    /// <param name="cacheCount">How many caches.</param>
    /// <param name="weights">The graph's last inputs.</param>
    /// <param name="beside">A pass whose arena this one shares; null for an arena of its own.</param>
    public CompiledPass(
        IrDispatcher ir, CompiledGraph graph, int sequences, int results, int cacheCount, IReadOnlyList<Tensor> weights, CompiledPass? beside)
    {
        (_ir, _device, _sequences) = (ir, graph.Device, sequences);
        _session = graph.CreateSession(beside?._session);
        _results = results;
        for (int i = 0; i < weights.Count; i++)
            _session.Bind(FirstCacheInput + cacheCount + i, weights[i]);
    }

    /// <summary>The bytes of the arena.</summary>
    public long ArenaBytes => _session.ArenaBytes;

    /// <summary>How the passes run: how often they were captured and replayed, or why not.</summary>
    public GraphSession Session => _session;

    /// <summary>Says which caches the next runs write to.</summary>
    public void Bind(Tensor[] caches)
    {
        _caches = caches;
        for (int i = 0; i < caches.Length; i++)
            _session.Bind(FirstCacheInput + i, caches[i]);
    }

    /// <summary>The tokens of the next run, to be filled in before it. The same memory for as many tokens, while few other sizes come between.</summary>
    public TokenInputs Tokens(int count)
    {
        if (_tokens.Count > 0 && _tokens[0].Count == count)
            return _tokens[0];
        TokenInputs inputs = TakeOut(count) ?? new TokenInputs(_ir, _device, count, _sequences);
        _tokens.Insert(0, inputs);
        _session.Bind(IdsInput, inputs.Ids);
        _session.Bind(PositionsInput, inputs.Positions);
        _session.Bind(RowsInput, inputs.Rows);
        _session.Bind(LengthsInput, inputs.Lengths);
        if (_tokens.Count > MaxKeptSizes)
        {
            _tokens[MaxKeptSizes].Dispose();
            _tokens.RemoveAt(MaxKeptSizes);
        }

        return inputs;
    }

    /// <summary>Runs, and sees to it that the caches hold the new tokens.</summary>
    public void Run()
    {
        _tokens[0].Upload();
        _session.Run();
        for (int i = 0; i < _caches.Length; i++)
        {
            // Where the kernel works in place, as native does, the output is the cache itself.
            Tensor updated = _session.Output(_results + i);
            if (!updated.IsSameView(_caches[i]))
                _ir.Copy(updated, _caches[i]);
        }
    }

    /// <summary>What the last run made, good until the next.</summary>
    /// <param name="result">Which of the outputs before the caches.</param>
    public Tensor Result(int result) => _session.Output(result);

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        foreach (TokenInputs inputs in _tokens)
            inputs.Dispose();
    }

    private TokenInputs? TakeOut(int count)
    {
        for (int i = 0; i < _tokens.Count; i++)
        {
            if (_tokens[i] is { } kept && kept.Count == count)
            {
                _tokens.RemoveAt(i);
                return kept;
            }
        }

        return null;
    }
}
