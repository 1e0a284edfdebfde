using PluginIr.Ops;

namespace PluginIr.Models.Qwen3;

// One more token for each of several sequences on a device: where their caches lie in the same tables, in the same order, one launch serves all.
public sealed partial class Qwen3Model
{
    private ResidualStream RunOnDevice(Tensor ids, Tensor positions, IReadOnlyList<KeyValueCache> caches)
    {
        KeyValueTables tables = caches[0].Tables;
        if (tables.Sequences != caches.Count || caches.Where((c, i) => c.Tables != tables || c.Sequence != i).Any())
            return RunLayers(ids, (index, x) => AttendApart(index, x, positions, caches));
        using Tensor lengths = Place(Each(caches, c => c.Length + 1)), rows = Place(Each(caches, c => ((long)c.Sequence * tables.Capacity) + c.Length));
        return RunLayers(ids, (index, x) => AttendTogether(index, x, positions, rows, lengths, tables));
    }

    // x: [sequences, hidden], as the result.
    private Tensor AttendTogether(int index, Tensor x, Tensor positions, Tensor rows, Tensor lengths, KeyValueTables tables)
    {
        Qwen3Layer layer = _weights.Layers[index];
        int size = Config.HeadSize;
        using Tensor query = Heads(x, layer.Query, Config.HeadCount), key = Heads(x, layer.Key, Config.KeyValueHeadCount);
        using Tensor value = Heads(x, layer.Value, Config.KeyValueHeadCount);
        using Tensor normedQuery = Turn(layer, positions, query, key);
        Update(tables.Keys[index], key, rows);
        Update(tables.Values[index], value, rows);
        _ir.CachedAttentionInto(query, tables.Keys[index], tables.Values[index], lengths, 1 / MathF.Sqrt(size), normedQuery);
        using Tensor mixedRows = normedQuery.Reshape(normedQuery.Shape[0], (long)Config.HeadCount * size);
        return _ir.Linear(mixedRows, layer.Output);
    }

    // x: [sequences, hidden], as the result.
    private Tensor AttendApart(int index, Tensor x, Tensor positions, IReadOnlyList<KeyValueCache> caches)
    {
        Qwen3Layer layer = _weights.Layers[index];
        using Tensor query = Heads(x, layer.Query, Config.HeadCount), key = Heads(x, layer.Key, Config.KeyValueHeadCount);
        using Tensor value = Heads(x, layer.Value, Config.KeyValueHeadCount);
        using Tensor mixed = Turn(layer, positions, query, key);
        for (int i = 0; i < caches.Count; i++)
        {
            using Tensor ownKey = key.Slice(0, i, 1), ownValue = value.Slice(0, i, 1);
            using Tensor nextKey = caches[i].NextKeys(index, 1), nextValue = caches[i].NextValues(index, 1);
            _ir.Copy(ownKey, nextKey);
            _ir.Copy(ownValue, nextValue);

            // A length in a tensor of its own: one in the middle of all of them would be less aligned than kernels may ask for.
            using Tensor ownQuery = query.Slice(0, i, 1), ownMixed = mixed.Slice(0, i, 1), ownLength = Place(Tensor.From<long>([caches[i].Length + 1], 1));
            using Tensor keys = caches[i].KeyTable(index), values = caches[i].ValueTable(index);
            _ir.CachedAttentionInto(ownQuery, keys, values, ownLength, 1 / MathF.Sqrt(Config.HeadSize), ownMixed);
        }

        using Tensor mixedRows = mixed.Reshape(caches.Count, (long)Config.HeadCount * Config.HeadSize);
        return _ir.Linear(mixedRows, layer.Output);
    }

    // Normalises and turns queries and keys [sequences, heads, head size] where they are. What comes back is free memory of the queries' shape, which the
    // caller disposes: the normed ones are done with.
    private Tensor Turn(Qwen3Layer layer, Tensor positions, Tensor query, Tensor key)
    {
        int size = Config.HeadSize;
        Tensor normedQuery = _ir.RmsNorm(query, layer.QueryNorm, Config.NormEpsilon);
        try
        {
            using Tensor normedKey = _ir.RmsNorm(key, layer.KeyNorm, Config.NormEpsilon);
            _ir.RotaryEmbeddingInto(positions, normedQuery, normedKey, size, size, _rotary, true, query, key);
            return normedQuery;
        }
        catch
        {
            normedQuery.Dispose();
            throw;
        }
    }

    private Tensor Heads(Tensor x, Tensor weight, int heads)
    {
        using Tensor rows = _ir.Linear(x, weight);
        return rows.Reshape(rows.Shape[0], heads, Config.HeadSize);
    }

    // The rows of all sequences are one table to what writes them. A kernel that works in place writes them there.
    private void Update(Tensor table, Tensor tokens, Tensor rows)
    {
        using Tensor flat = table.Reshape(table.Shape[0] * table.Shape[1], Config.KeyValueHeadCount, Config.HeadSize);
        Tensor updated = _ir.UpdateRowsMaybeInplace(flat, tokens, rows);
        if (ReferenceEquals(updated, flat))
            return;
        using (updated)
            _ir.Copy(updated, flat);
    }
}
