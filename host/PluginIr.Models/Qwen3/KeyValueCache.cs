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
    private bool _isDisposed;

    internal KeyValueCache(KeyValueTables tables, int sequence)
    {
        Config = tables.Config;
        DType = tables.DType;
        _keys = new Tensor[Config.LayerCount];
        _values = new Tensor[Config.LayerCount];
        (Tables, Sequence) = (tables, sequence);
        LookAt(tables, sequence);
    }

    /// <summary>How many tokens the sequence has.</summary>
    public int Length { get; private set; }

    /// <summary>How many tokens there is memory for. It grows when needed, up to the model's max_position_embeddings.</summary>
    public int Capacity => Tables.Capacity;

    /// <summary>The dtype of keys and values.</summary>
    public DType DType { get; }

    /// <summary>The model that the cache is for.</summary>
    internal Qwen3Config Config { get; }

    /// <summary>What the rows lie in, alone or with other sequences.</summary>
    internal KeyValueTables Tables { get; private set; }

    /// <summary>Which of the tables' sequences this is.</summary>
    internal int Sequence { get; private set; }

    /// <summary>Frees the memory; where sequences share it, with the last of them.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        LookAway();
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

    /// <summary>All rows of the keys, filled or not: a view of [1, capacity, key heads, head size].</summary>
    internal Tensor KeyTable(int layer) => _keys[layer].Reshape(1, Capacity, Config.KeyValueHeadCount, Config.HeadSize);

    /// <summary>All rows of the values, filled or not: a view of [1, capacity, key heads, head size].</summary>
    internal Tensor ValueTable(int layer) => _values[layer].Reshape(1, Capacity, Config.KeyValueHeadCount, Config.HeadSize);

    /// <summary>Counts in tokens whose keys and values every layer has written.</summary>
    internal void Advance(int tokens) => Length += tokens;

    private void Grow(int capacity)
    {
        KeyValueTables grown = Tables.Grown(Sequence, Length, capacity);
        LookAway();
        LookAt(grown, 0);
    }

    private void LookAt(KeyValueTables tables, int sequence)
    {
        tables.AddUser();
        (Tables, Sequence) = (tables, sequence);
        for (int i = 0; i < _keys.Length; i++)
        {
            _keys[i] = RowsOf(tables.Keys[i]);
            _values[i] = RowsOf(tables.Values[i]);
        }

        Tensor RowsOf(Tensor table)
        {
            using Tensor own = table.Slice(0, sequence, 1);
            return own.Reshape(tables.Capacity, Config.KeyValueHeadCount, Config.HeadSize);
        }
    }

    private void LookAway()
    {
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[.. _keys, .. _values])
            tensor.Dispose();
        Tables.Release();
    }
}
