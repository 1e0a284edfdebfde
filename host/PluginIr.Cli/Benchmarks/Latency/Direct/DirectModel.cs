using PluginIr.Models.Qwen3;

namespace PluginIr.Cli.Benchmarks.Latency.Direct;

/// <summary>The model's forward pass written by hand over <see cref="DirectKernels"/>: the eager model's calls in its order, on its weights.</summary>
internal sealed class DirectModel(Qwen3Model model, DirectKernels kernels)
{
    private readonly Qwen3Config _config = model.Config;
    private readonly Qwen3Weights _weights = model.Weights;

    /// <summary>Runs one sequence's next tokens.</summary>
    /// <returns>The logits [1, vocabulary] after the last; the caller disposes them.</returns>
    public Tensor Forward(ReadOnlySpan<int> tokens, KeyValueCache cache)
    {
        cache.Reserve(tokens.Length);
        int first = cache.Length;
        using Tensor ids = kernels.Place(Tensor.From(tokens, tokens.Length)), positions = Numbers(tokens.Length, i => first + i);
        using Tensor? lengths = model.Device.IsCpu ? null : Numbers(1, _ => first + (int)ids.ElementCount);
        using Tensor normed = RunLayers(ids, (index, x) => Attend(index, x, positions, lengths, cache)), last = normed.Slice(0, tokens.Length - 1, 1);
        cache.Advance(tokens.Length);
        return kernels.Linear(last, _weights.OutputProjection);
    }

    /// <summary>Runs the next token of each of several sequences.</summary>
    /// <returns>The logits [sequences, vocabulary]; the caller disposes them.</returns>
    public Tensor ForwardBatch(ReadOnlySpan<int> tokens, KeyValueCache[] caches)
    {
        foreach (KeyValueCache cache in caches)
            cache.Reserve(1);
        using Tensor ids = kernels.Place(Tensor.From(tokens, tokens.Length)), positions = Numbers(tokens.Length, i => caches[i].Length);
        using Tensor? lengths = model.Device.IsCpu ? null : Numbers(tokens.Length, i => caches[i].Length + 1);
        using Tensor? rows = model.Device.IsCpu ? null : Numbers(tokens.Length, i => ((long)i * caches[i].Capacity) + caches[i].Length);
        using Tensor normed = RunLayers(ids, (index, x) => rows is null || lengths is null
            ? AttendEach(index, x, positions, caches)
            : AttendTogether(index, x, positions, rows, lengths, caches[0].Tables));
        foreach (KeyValueCache cache in caches)
            cache.Advance(1);
        return kernels.Linear(normed, _weights.OutputProjection);
    }

    private Tensor RunLayers(Tensor ids, Func<int, Tensor, Tensor> attend)
    {
        using Tensor sum = kernels.Embedding(ids, _weights.Embedding);
        Tensor normed = kernels.RmsNorm(sum, _weights.Layers[0].InputNorm, _config.NormEpsilon);
        for (int i = 0; i < _weights.Layers.Length; i++)
        {
            Qwen3Layer layer = _weights.Layers[i];
            Tensor nextNorm = i + 1 == _weights.Layers.Length ? _weights.FinalNorm : _weights.Layers[i + 1].InputNorm;
            normed = Add(normed, attend(i, normed), sum, layer.FeedForwardNorm);
            normed = Add(normed, FeedForward(layer, normed), sum, nextNorm);
        }

        return normed;
    }

    private Tensor Add(Tensor normed, Tensor update, Tensor sum, Tensor weight)
    {
        kernels.FusedAddRmsNorm(update, sum, weight, _config.NormEpsilon);
        normed.Dispose();
        return update;
    }

    private Tensor FeedForward(Qwen3Layer layer, Tensor x)
    {
        using Tensor gateUp = kernels.Linear(x, layer.GateUp), gated = kernels.SiluAndMul(gateUp);
        return kernels.Linear(gated, layer.Down);
    }

    private Tensor Attend(int index, Tensor x, Tensor positions, Tensor? lengths, KeyValueCache cache)
    {
        Qwen3Layer layer = _weights.Layers[index];
        int tokens = (int)x.Rows, size = _config.HeadSize;
        using Tensor query = Heads(x, layer.Query, _config.HeadCount), key = Heads(x, layer.Key, _config.KeyValueHeadCount);
        using Tensor normedQuery = kernels.RmsNorm(query, layer.QueryNorm, _config.NormEpsilon);
        using Tensor normedKey = kernels.RmsNorm(key, layer.KeyNorm, _config.NormEpsilon);
        using Tensor nextKeys = cache.NextKeys(index, tokens), nextValues = cache.NextValues(index, tokens);
        using Tensor valueRows = nextValues.Reshape(tokens, (long)_config.KeyValueHeadCount * size);
        kernels.LinearInto(x, layer.Value, valueRows);
        kernels.RotaryInto(positions, normedQuery, normedKey, size, model.Rotary, query, nextKeys);
        using Tensor keys = lengths is null ? cache.AllKeys(index, tokens) : cache.KeyTable(index);
        using Tensor values = lengths is null ? cache.AllValues(index, tokens) : cache.ValueTable(index);
        if (lengths is null)
            kernels.AttentionInto(query, keys, values, 1 / MathF.Sqrt(size), normedQuery);
        else
            kernels.CachedAttentionInto(query, keys, values, lengths, 1 / MathF.Sqrt(size), normedQuery);
        using Tensor mixedRows = normedQuery.Reshape(tokens, (long)_config.HeadCount * size);
        return kernels.Linear(mixedRows, layer.Output);
    }

    private Tensor AttendEach(int index, Tensor x, Tensor positions, KeyValueCache[] caches)
    {
        Qwen3Layer layer = _weights.Layers[index];
        int size = _config.HeadSize;
        using Tensor query = Heads(x, layer.Query, _config.HeadCount), key = Heads(x, layer.Key, _config.KeyValueHeadCount);
        using Tensor value = Heads(x, layer.Value, _config.KeyValueHeadCount);
        using Tensor normedQuery = kernels.RmsNorm(query, layer.QueryNorm, _config.NormEpsilon);
        using Tensor normedKey = kernels.RmsNorm(key, layer.KeyNorm, _config.NormEpsilon);
        kernels.RotaryInto(positions, normedQuery, normedKey, size, model.Rotary, query, key);
        for (int i = 0; i < caches.Length; i++)
        {
            using Tensor ownQuery = query.Slice(0, i, 1), ownKey = key.Slice(0, i, 1), ownValue = value.Slice(0, i, 1);
            using Tensor nextKey = caches[i].NextKeys(index, 1), nextValue = caches[i].NextValues(index, 1);
            nextKey.CopyFrom(ownKey);
            nextValue.CopyFrom(ownValue);
            using Tensor keys = caches[i].AllKeys(index, 1), values = caches[i].AllValues(index, 1), mixed = normedQuery.Slice(0, i, 1);
            kernels.AttentionInto(ownQuery, keys, values, 1 / MathF.Sqrt(size), mixed);
        }

        using Tensor mixedRows = normedQuery.Reshape(caches.Length, (long)_config.HeadCount * size);
        return kernels.Linear(mixedRows, layer.Output);
    }

    // On a device, where the sequences' caches lie in the same tables.
    private Tensor AttendTogether(int index, Tensor x, Tensor positions, Tensor rows, Tensor lengths, KeyValueTables tables)
    {
        Qwen3Layer layer = _weights.Layers[index];
        int size = _config.HeadSize;
        using Tensor query = Heads(x, layer.Query, _config.HeadCount), key = Heads(x, layer.Key, _config.KeyValueHeadCount);
        using Tensor value = Heads(x, layer.Value, _config.KeyValueHeadCount);
        using Tensor normedQuery = kernels.RmsNorm(query, layer.QueryNorm, _config.NormEpsilon);
        using Tensor normedKey = kernels.RmsNorm(key, layer.KeyNorm, _config.NormEpsilon);
        kernels.RotaryInto(positions, normedQuery, normedKey, size, model.Rotary, query, key);
        Update(tables.Keys[index], key, rows);
        Update(tables.Values[index], value, rows);
        kernels.CachedAttentionInto(query, tables.Keys[index], tables.Values[index], lengths, 1 / MathF.Sqrt(size), normedQuery);
        using Tensor mixedRows = normedQuery.Reshape(normedQuery.Shape[0], (long)_config.HeadCount * size);
        return kernels.Linear(mixedRows, layer.Output);
    }

    private void Update(Tensor table, Tensor tokens, Tensor rows)
    {
        using Tensor flat = table.Reshape(table.Shape[0] * table.Shape[1], _config.KeyValueHeadCount, _config.HeadSize);
        kernels.UpdateRows(flat, tokens, rows);
    }

    private Tensor Numbers(int count, Func<int, long> number)
    {
        Tensor numbers = Tensor.Empty(DType.Int64, count);
        for (int i = 0; i < count; i++)
            numbers.AsSpan<long>()[i] = number(i);
        return kernels.Place(numbers);
    }

    private Tensor Heads(Tensor x, Tensor weight, int heads)
    {
        using Tensor rows = kernels.Linear(x, weight);
        return rows.Reshape(rows.Shape[0], heads, _config.HeadSize);
    }
}
