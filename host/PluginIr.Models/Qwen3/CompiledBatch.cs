using PluginIr.Compiler;

namespace PluginIr.Models.Qwen3;

/// <summary>Several sequences of a compiled model, which share what reads weights when each gets its next token. For one thread at a time.</summary>
public sealed class CompiledBatch : IDisposable
{
    private readonly CompiledQwen3 _compiled;
    private readonly Tensor[] _tables;
    private readonly Tensor[][] _caches;
    private readonly int[] _lengths;
    private readonly int _tableRows;
    private readonly CompiledPasses _greedy;
    private readonly HostCopy _ids, _chosen;
    private CompiledPasses? _logits; // When they are asked for first.

    internal CompiledBatch(CompiledQwen3 compiled, int tableRows)
    {
        _compiled = compiled;
        _tableRows = tableRows;
        _lengths = new int[compiled.Sequences];
        (_ids, _chosen) = (compiled.Model.CreateHostCopy(), compiled.Model.CreateHostCopy());
        Qwen3Config config = compiled.Model.Config;
        _tables = [.. Enumerable.Range(0, 2 * config.LayerCount).Select(_ =>
            compiled.Runtime.Allocate(
                new TensorSpec(compiled.Model.DType, compiled.Sequences, tableRows, config.KeyValueHeadCount, config.HeadSize), compiled.Model.Device))];
        _caches = [.. Enumerable.Range(0, compiled.Sequences).Select(b => Array.ConvertAll(_tables, t => t.Slice(0, b, 1)))];
        _greedy = Passes(compiled.GreedyGraphs, Qwen3Graph.GreedyResults, beside: null);
    }

    /// <summary>How many bytes the intermediate values of the largest pass so far took. All passes share them.</summary>
    public long ArenaBytes => _greedy.ArenaBytes;

    private CompiledPasses Logits => _logits ??= Passes(_compiled.LogitGraphs, Qwen3Graph.LogitResults, beside: _greedy);

    /// <summary>What runs a token of each sequence and chooses the next: on a device, how often it was captured and replayed, or why not.</summary>
    public GraphSession Session => (_greedy.Together ?? _greedy.Of(0)).Session;

    /// <summary>How many tokens a sequence has.</summary>
    public int LengthOf(int sequence) => _lengths[sequence];

    /// <summary>Runs one sequence's next tokens.</summary>
    /// <param name="sequence">Which sequence, from 0.</param>
    /// <param name="tokens">Their ids, at least one.</param>
    /// <returns>The logits [1, vocabulary] after the last of them, good until the next run.</returns>
    /// <exception cref="ArgumentException">An id is not in the vocabulary. Nothing ran.</exception>
    /// <exception cref="InvalidOperationException">The sequence would be longer than the compiled model's capacity. Nothing ran.</exception>
    public Tensor Forward(int sequence, ReadOnlySpan<int> tokens) => Run(Logits, sequence, tokens).Result(0);

    /// <summary>Runs one sequence's next tokens and chooses the one to follow, without the memory that all logits would take.</summary>
    /// <param name="sequence">Which sequence, from 0.</param>
    /// <param name="tokens">Their ids, at least one.</param>
    /// <returns>The one token that is likeliest after the last of them, good until the next run.</returns>
    /// <exception cref="ArgumentException">An id is not in the vocabulary. Nothing ran.</exception>
    /// <exception cref="InvalidOperationException">The sequence would be longer than the compiled model's capacity. Nothing ran.</exception>
    public NextTokens ChooseNext(int sequence, ReadOnlySpan<int> tokens) => Chosen(Run(_greedy, sequence, tokens));

    /// <summary>Runs the next token of every sequence. Allocates nothing from the second time on.</summary>
    /// <param name="tokens">A token id for each sequence.</param>
    /// <returns>The logits [sequences, vocabulary], good until the next run.</returns>
    /// <exception cref="ArgumentException">There are not as many tokens as sequences, or an id is not in the vocabulary. Nothing ran.</exception>
    /// <exception cref="InvalidOperationException">A sequence would be longer than the compiled model's capacity. Nothing ran.</exception>
    public Tensor ForwardBatch(ReadOnlySpan<int> tokens) => RunBatch(Logits, tokens).Result(0);

    /// <summary>
    /// Runs the next token of every sequence and chooses the ones to follow, without the memory that all logits would take. Allocates nothing
    /// from the second time on.
    /// </summary>
    /// <param name="tokens">A token id for each sequence.</param>
    /// <returns>The likeliest token of each sequence, good until the next run.</returns>
    /// <exception cref="ArgumentException">There are not as many tokens as sequences, or an id is not in the vocabulary. Nothing ran.</exception>
    /// <exception cref="InvalidOperationException">A sequence would be longer than the compiled model's capacity. Nothing ran.</exception>
    public NextTokens ChooseNextBatch(ReadOnlySpan<int> tokens) => Chosen(RunBatch(_greedy, tokens));

    /// <summary>Forgets all tokens, for other sequences in the same memory.</summary>
    public void Clear() => _lengths.AsSpan().Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        _logits?.Dispose();
        _greedy.Dispose();
        _ids.Dispose();
        _chosen.Dispose();
        foreach (Tensor tensor in _caches.SelectMany(c => c).Concat(_tables))
            tensor.Dispose();
    }

    private NextTokens Chosen(CompiledPass pass) => new(_ids.Of(pass.Result(0)), pass.Result(1), _chosen);

    private CompiledPasses Passes(CompiledGraphs graphs, int results, CompiledPasses? beside) =>
        new(_compiled.Runtime, graphs, results, _tables, _caches, _compiled.Weights, beside);

    private CompiledPass Run(CompiledPasses passes, int sequence, ReadOnlySpan<int> tokens)
    {
        _compiled.Model.CheckTokens(tokens);
        int length = _lengths[sequence];
        RequireRoom(sequence, tokens.Length);
        CompiledPass pass = passes.Of(sequence);
        TokenInputs inputs = pass.Tokens(tokens.Length);
        for (int i = 0; i < tokens.Length; i++)
            inputs.Set(i, tokens[i], length + i, length + i);
        inputs.SetLength(0, length + tokens.Length);
        pass.Run();
        _lengths[sequence] += tokens.Length;
        return pass;
    }

    private CompiledPass RunBatch(CompiledPasses passes, ReadOnlySpan<int> tokens)
    {
        if (passes.Together is not { } pass)
            return Run(passes, 0, tokens);
        _compiled.Model.CheckTokens(tokens);
        if (tokens.Length != _lengths.Length)
            throw new ArgumentException($"Expected a token for each of {_lengths.Length} sequences; found {tokens.Length}.", nameof(tokens));
        for (int b = 0; b < tokens.Length; b++)
            RequireRoom(b, 1);
        TokenInputs inputs = pass.Tokens(tokens.Length);
        for (int b = 0; b < tokens.Length; b++)
        {
            inputs.Set(b, tokens[b], _lengths[b], ((long)b * _tableRows) + _lengths[b]);
            inputs.SetLength(b, _lengths[b] + 1);
        }

        pass.Run();
        foreach (ref int length in _lengths.AsSpan())
            length++;
        return pass;
    }

    private void RequireRoom(int sequence, int tokens)
    {
        if (tokens > _compiled.Capacity - _lengths[sequence])
        {
            throw new InvalidOperationException(
                $"{tokens} more tokens make a sequence of {(long)_lengths[sequence] + tokens}; the model was compiled for {_compiled.Capacity}.");
        }
    }
}
