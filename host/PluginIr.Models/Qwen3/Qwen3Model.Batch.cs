using PluginIr.Ops;

namespace PluginIr.Models.Qwen3;

// One more token for each of several sequences: they share what reads weights; each attends to its own cache.
public sealed partial class Qwen3Model
{
    /// <summary>Runs the next token of each of several sequences through the model and adds it to the sequence's cache.</summary>
    /// <param name="tokens">A token id for each sequence.</param>
    /// <param name="caches">The sequences so far, each another; their lengths may differ.</param>
    /// <returns>The logits [sequences, vocabulary], in <see cref="DType"/>; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">
    /// There are not as many tokens as caches, an id is not in the vocabulary, a cache is another model's or there twice. Nothing ran.
    /// </exception>
    /// <exception cref="InvalidOperationException">A sequence would be longer than max_position_embeddings. Nothing ran.</exception>
    public Tensor ForwardBatch(ReadOnlySpan<int> tokens, IReadOnlyList<KeyValueCache> caches)
    {
        ArgumentNullException.ThrowIfNull(caches);
        CheckTokens(tokens);
        if (tokens.Length != caches.Count || caches.Distinct().Count() != caches.Count)
            throw new ArgumentException($"Expected a cache of its own for each of {tokens.Length} tokens; found {caches.Distinct().Count()}.", nameof(caches));
        foreach (KeyValueCache cache in caches)
            RequireOwn(cache);
        foreach (KeyValueCache cache in caches)
            cache.Reserve(1);

        using Tensor ids = Place(Tensor.From(tokens, tokens.Length)), positions = Place(Each(caches, c => c.Length));
        using ResidualStream stream = Device.IsCpu
            ? RunLayers(ids, (index, x) => AttendEach(index, x, positions, caches))
            : RunOnDevice(ids, positions, caches);
        Tensor logits = _ir.Linear(stream.Normed, _weights.OutputProjection);
        foreach (KeyValueCache cache in caches)
            cache.Advance(1);
        return logits;
    }

    private static Tensor Each(IReadOnlyList<KeyValueCache> caches, Func<KeyValueCache, long> number)
    {
        Tensor numbers = Tensor.Empty(DType.Int64, caches.Count);
        Span<long> span = numbers.AsSpan<long>();
        for (int i = 0; i < span.Length; i++)
            span[i] = number(caches[i]);
        return numbers;
    }

    // On the host. x: [sequences, hidden], as the result.
    private Tensor AttendEach(int index, Tensor x, Tensor positions, IReadOnlyList<KeyValueCache> caches)
    {
        Qwen3Layer layer = _weights.Layers[index];
        int count = caches.Count, size = Config.HeadSize;
        using Tensor queryRows = _ir.Linear(x, layer.Query), query = queryRows.Reshape(count, Config.HeadCount, size);
        using Tensor keyRows = _ir.Linear(x, layer.Key), key = keyRows.Reshape(count, Config.KeyValueHeadCount, size);
        using Tensor valueRows = _ir.Linear(x, layer.Value), value = valueRows.Reshape(count, Config.KeyValueHeadCount, size);
        using Tensor normedQuery = _ir.RmsNorm(query, layer.QueryNorm, Config.NormEpsilon);
        using Tensor normedKey = _ir.RmsNorm(key, layer.KeyNorm, Config.NormEpsilon);
        _ir.RotaryEmbeddingInto(positions, normedQuery, normedKey, size, size, _rotary, true, query, key);

        // The plain queries' memory, once turned, is read for the last time by attention; the normed ones' is free for its results.
        for (int i = 0; i < count; i++)
        {
            using Tensor ownQuery = query.Slice(0, i, 1), ownKey = key.Slice(0, i, 1), ownValue = value.Slice(0, i, 1);
            using Tensor nextKey = caches[i].NextKeys(index, 1), nextValue = caches[i].NextValues(index, 1);
            _ir.Copy(ownKey, nextKey);
            _ir.Copy(ownValue, nextValue);
            using Tensor keys = caches[i].AllKeys(index, 1), values = caches[i].AllValues(index, 1), mixed = normedQuery.Slice(0, i, 1);
            _ir.AttentionInto(ownQuery, keys, values, 1 / MathF.Sqrt(size), mixed);
        }

        using Tensor mixedRows = normedQuery.Reshape(count, (long)Config.HeadCount * size);
        return _ir.Linear(mixedRows, layer.Output);
    }
}
