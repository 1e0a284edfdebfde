namespace PluginIr.Models.Qwen3;

/// <summary>The keys and values of one sequence's tokens so far: for each layer [capacity, key heads, head size].</summary>
/// <remarks>
/// A forward pass reserves room for its tokens, lets the ops write their keys and values straight into it, and counts the tokens in at
/// its end; a pass that fails leaves the sequence as it was. For one thread at a time.
/// </remarks>
public sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    internal KeyValueCache(Qwen3Config config, DType dtype, int initialCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(initialCapacity, 1);
        Config = config;
        DType = dtype;
        Capacity = Math.Min(initialCapacity, config.MaxPositions);
        _keys = [.. Enumerable.Range(0, config.LayerCount).Select(_ => Allocate(Capacity))];
        _values = [.. Enumerable.Range(0, config.LayerCount).Select(_ => Allocate(Capacity))];
    }

    /// <summary>How many tokens the sequence has.</summary>
    public int Length { get; private set; }

    /// <summary>How many tokens there is memory for. It grows when needed, up to the model's max_position_embeddings.</summary>
    public int Capacity { get; private set; }

    /// <summary>The dtype of keys and values.</summary>
    public DType DType { get; }

    /// <summary>The model that the cache is for.</summary>
    internal Qwen3Config Config { get; }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[.. _keys, .. _values])
            tensor.Dispose();
    }

    /// <summary>Makes room for the next tokens.</summary>
    /// <exception cref="InvalidOperationException">The model cannot take that many. Nothing changed.</exception>
    internal void Reserve(int tokens)
    {
        if (tokens > Config.MaxPositions - Length)
        {
            throw new InvalidOperationException(
                $"{tokens} more tokens make a sequence of {(long)Length + tokens}; " +
                $"the model takes at most {Config.MaxPositions} (max_position_embeddings).");
        }

        if (Length + tokens > Capacity)
            Grow((int)Math.Min(Config.MaxPositions, Math.Max(2L * Capacity, Length + tokens)));
    }

    /// <summary>The rows that the next tokens' keys go to: a view of [tokens, key heads, head size].</summary>
    internal Tensor NextKeys(int layer, int tokens) => _keys[layer].Slice(0, Length, tokens);

    /// <summary>The rows that the next tokens' values go to: a view of [tokens, key heads, head size].</summary>
    internal Tensor NextValues(int layer, int tokens) => _values[layer].Slice(0, Length, tokens);

    /// <summary>The keys of the sequence with the next tokens: a view of [length + tokens, key heads, head size].</summary>
    internal Tensor AllKeys(int layer, int tokens) => _keys[layer].Slice(0, 0, Length + tokens);

    /// <summary>The values of the sequence with the next tokens: a view of [length + tokens, key heads, head size].</summary>
    internal Tensor AllValues(int layer, int tokens) => _values[layer].Slice(0, 0, Length + tokens);

    /// <summary>Counts in tokens whose keys and values every layer has written.</summary>
    internal void Advance(int tokens) => Length += tokens;

    private Tensor Allocate(int capacity) => Tensor.Empty(DType, capacity, Config.KeyValueHeadCount, Config.HeadSize);

    private void Grow(int capacity)
    {
        foreach (Tensor[] tensors in (ReadOnlySpan<Tensor[]>)[_keys, _values])
        {
            for (int i = 0; i < tensors.Length; i++)
            {
                Tensor grown = Allocate(capacity);
                using Tensor old = tensors[i], from = old.Slice(0, 0, Length), to = grown.Slice(0, 0, Length);
                to.CopyFrom(from);
                tensors[i] = grown;
            }
        }

        Capacity = capacity;
    }
}
