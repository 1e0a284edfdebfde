using PluginIr.Ops;

namespace PluginIr.Models.Qwen3;

// The computation. T is the number of tokens of one pass; the first pass of a sequence and later ones run the same code.
public sealed partial class Qwen3Model
{
    /// <summary>Runs the sequence's next tokens through the model and adds them to its cache.</summary>
    /// <param name="tokens">Their ids, at least one.</param>
    /// <param name="cache">The sequence so far, from <see cref="CreateCache"/>.</param>
    /// <returns>The logits [vocabulary] after the last of the tokens, in <see cref="DType"/>; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">An id is not in the vocabulary, or the cache is another model's. Nothing ran.</exception>
    /// <exception cref="InvalidOperationException">The sequence would be longer than max_position_embeddings. Nothing ran.</exception>
    public Tensor Forward(ReadOnlySpan<int> tokens, KeyValueCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        CheckTokens(tokens);
        RequireOwn(cache);
        cache.Reserve(tokens.Length);

        using Tensor ids = Place(Tensor.From(tokens, tokens.Length)), positions = Place(Positions(cache.Length, tokens.Length));
        using Tensor? lengths = Device.IsCpu ? null : Place(Tensor.From<long>([cache.Length + tokens.Length], 1));
        using ResidualStream stream = RunLayers(ids, (index, x) => Attend(index, x, positions, lengths, cache));
        using Tensor last = stream.Normed.Slice(0, tokens.Length - 1, 1);
        using Tensor logits = _ir.Linear(last, _weights.OutputProjection);
        cache.Advance(tokens.Length);
        return logits.Reshape(Config.VocabularySize);
    }

    /// <summary>The likeliest of each row's tokens: the first of those with the greatest logit. A NaN is the greatest.</summary>
    /// <param name="logits">Logits [..., vocabulary] of a pass.</param>
    /// <returns>The token ids, i64 [...]; the caller disposes them.</returns>
    public Tensor Likeliest(Tensor logits) => _ir.Argmax(logits);

    // The caller disposes the stream; its norm is the last.
    private ResidualStream RunLayers(Tensor ids, Func<int, Tensor, Tensor> attend)
    {
        var stream = new ResidualStream(_ir, _ir.Embedding(ids, _weights.Embedding), _weights.Layers[0].InputNorm, Config.NormEpsilon);
        try
        {
            for (int i = 0; i < _weights.Layers.Length; i++)
            {
                Qwen3Layer layer = _weights.Layers[i];
                bool isLast = i + 1 == _weights.Layers.Length;
                stream.Add(attend(i, stream.Normed), layer.FeedForwardNorm);
                stream.Add(FeedForward(layer, stream.Normed), isLast ? _weights.FinalNorm : _weights.Layers[i + 1].InputNorm);
            }

            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private void RequireOwn(KeyValueCache cache)
    {
        if (!ReferenceEquals(cache.Config, Config))
            throw new ArgumentException("Expected a cache from this model's CreateCache; found another model's.", nameof(cache));
    }

    // x: [T, hidden], as the result.
    private Tensor Attend(int index, Tensor x, Tensor positions, Tensor? lengths, KeyValueCache cache)
    {
        Qwen3Layer layer = _weights.Layers[index];
        int tokens = (int)x.Rows, size = Config.HeadSize;
        using Tensor queryRows = _ir.Linear(x, layer.Query), query = queryRows.Reshape(tokens, Config.HeadCount, size);
        using Tensor keyRows = _ir.Linear(x, layer.Key), key = keyRows.Reshape(tokens, Config.KeyValueHeadCount, size);
        using Tensor normedQuery = _ir.RmsNorm(query, layer.QueryNorm, Config.NormEpsilon);
        using Tensor normedKey = _ir.RmsNorm(key, layer.KeyNorm, Config.NormEpsilon);

        // Values and turned keys are written where the cache keeps them; turned queries where the plain ones were, which are done with.
        using Tensor nextKeys = cache.NextKeys(index, tokens), nextValues = cache.NextValues(index, tokens);
        using Tensor valueRows = nextValues.Reshape(tokens, (long)Config.KeyValueHeadCount * size);
        _ir.LinearInto(x, layer.Value, valueRows);
        _ir.RotaryEmbeddingInto(positions, normedQuery, normedKey, size, size, _rotary, true, query, nextKeys);

        // The normed queries' memory is free for attention's results.
        if (lengths is null)
            AttendTo(index, query, cache, normedQuery);
        else
            AttendTo(index, query, lengths, cache, normedQuery);
        using Tensor mixedRows = normedQuery.Reshape(tokens, (long)Config.HeadCount * size);
        return _ir.Linear(mixedRows, layer.Output);
    }

    private void AttendTo(int index, Tensor query, KeyValueCache cache, Tensor mixed)
    {
        int tokens = (int)query.Shape[0];
        using Tensor keys = cache.AllKeys(index, tokens), values = cache.AllValues(index, tokens);
        _ir.AttentionInto(query, keys, values, 1 / MathF.Sqrt(Config.HeadSize), mixed);
    }

    // Shapes stay the same while the sequence grows, as devices' kernels like it.
    private void AttendTo(int index, Tensor query, Tensor lengths, KeyValueCache cache, Tensor mixed)
    {
        using Tensor keys = cache.KeyTable(index), values = cache.ValueTable(index);
        _ir.CachedAttentionInto(query, keys, values, lengths, 1 / MathF.Sqrt(Config.HeadSize), mixed);
    }

    // x: [T, hidden], as the result.
    private Tensor FeedForward(Qwen3Layer layer, Tensor x)
    {
        using Tensor gateUp = _ir.Linear(x, layer.GateUp);
        using Tensor gated = _ir.SiluAndMul(gateUp);
        return _ir.Linear(gated, layer.Down);
    }

    // The tensor where the model runs; on the host that is itself.
    private Tensor Place(Tensor onHost) => Placed(_ir, onHost, Device);

    private static Tensor Positions(int first, int count)
    {
        Tensor positions = Tensor.Empty(DType.Int64, count);
        Span<long> values = positions.AsSpan<long>();
        for (int i = 0; i < count; i++)
            values[i] = first + i;
        return positions;
    }
}
