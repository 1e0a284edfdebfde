using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Products;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd.Attending;

/// <summary><c>softmax(scale · q · kᵀ) · v</c> for some key heads, with all query heads that share them: one call.</summary>
/// <remarks>
/// <para>The rows of a part are a block of queries, each with the query heads that share a key head, so that keys and values are read once
/// for all of them. Few rows (one query, when tokens are generated) take several key heads along: then memory is read from one end to the
/// other, where one head's keys alone lie scattered.</para>
/// <para>Keys go through in blocks that begin at key 0: scores, softmax, and the weighted sum of values, block by block. What is done for a
/// query depends on how many keys it sees and on nothing else, so its bits do not depend on the queries beside it.</para>
/// <para>A sum of products whose size makes float32's own rounding decide between two keys is the definition's only in the definition's
/// order: queries with such scores are scored again like that.</para>
/// </remarks>
internal readonly unsafe struct HeadAttention : IWork
{
    /// <summary>Up to how many rows go through one part. Their scores for a block of keys then fit the second-level cache.</summary>
    private const int BlockRows = 32;

    /// <summary>Up to how many rows a part may take several key heads along.</summary>
    private const int FewRows = 8;

    /// <summary>Up to how many rows those make together, for the same reason as <see cref="BlockRows"/>.</summary>
    private const int ManyRows = 64;

    /// <summary>Up to how many rows computing takes no longer than reading.</summary>
    private const int RowsAtReadingSpeed = 4;

    /// <summary>
    /// How many keys are scored together, and how many values are added together for few rows: as many as the first-level cache holds of all
    /// heads.
    /// </summary>
    private const int KeyTile = DotTile.Weights, FewValues = 16;

    private readonly nint _queries, _keys, _keyHeads, _sharing, _size;
    private readonly HeadTable _q, _k, _v, _output;
    private readonly float _scale;
    private readonly bool _causal;
    private readonly nint _blockQueries, _headsTogether;

    /// <summary>Describes a call. The elements of each head lie side by side.</summary>
    /// <param name="q">The queries.</param>
    /// <param name="k">The keys.</param>
    /// <param name="v">The values.</param>
    /// <param name="scale">What products are multiplied by.</param>
    /// <param name="causal">Whether a query sees only the keys up to its own.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="threads">For how many threads there should be parts. No bit depends on it.</param>
    public HeadAttention(Tensor q, Tensor k, Tensor v, float scale, bool causal, Tensor output, int threads)
        : this(q, k, v, scale, causal, output, threads, 0, (nint)q.Shape[0], (nint)k.Shape[0])
    {
    }

    /// <summary>Describes what a call does for one of several sequences, whose keys and values are [sequences, tokens, heads, size].</summary>
    /// <param name="q">The queries of all sequences.</param>
    /// <param name="k">The keys.</param>
    /// <param name="v">The values.</param>
    /// <param name="scale">What products are multiplied by.</param>
    /// <param name="causal">Whether a query sees only the keys up to its own.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="threads">For how many threads there should be parts. No bit depends on it.</param>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="queries">How many queries it has; they lie after those of the sequences before.</param>
    /// <param name="keys">How many keys and values it has; the rows after them are not read.</param>
    public HeadAttention(
        Tensor q, Tensor k, Tensor v, float scale, bool causal, Tensor output, int threads, nint sequence, nint queries, nint keys)
    {
        (_queries, _keys, _keyHeads, _size) = (queries, keys, (nint)k.Shape[^2], (nint)q.Last);
        (_q, _output) = (new(q, _size, sequence * queries), new(output, _size, sequence * queries));
        (_k, _v) = (new(k, _size, sequence), new(v, _size, sequence));
        _sharing = (nint)q.Shape[1] / _keyHeads;
        (_scale, _causal) = (float.IsNaN(scale) ? float.NaN : scale, causal); // One NaN for all: see IElement.RoundComputed.
        (_blockQueries, _headsTogether) = Blocks(threads);
    }

    public nint Parts => _sharing == 0 ? 0 : (_keyHeads + _headsTogether - 1) / _headsTogether * QueryBlocks;

    // A part reads its heads' keys and values, and computes longer on each the more rows there are.
    public nint Grain => KernelContext.GrainOf(
        2 * _keys * _headsTogether * _size * sizeof(float) * Math.Max(1, _blockQueries * _sharing / RowsAtReadingSpeed));

    private nint QueryBlocks => (_queries + _blockQueries - 1) / _blockQueries;

    private (nint Queries, nint Heads) Blocks(int threads)
    {
        nint sharing = Math.Max(1, _sharing);
        nint queries = Math.Clamp(_queries, 1, Math.Max(1, BlockRows / sharing)), rows = queries * sharing;
        return (queries, rows <= FewRows ? Math.Min((_keyHeads + threads - 1) / threads, ManyRows / rows) : 1);
    }

    public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        using Scratch<float> memory = context.Scratch<float>(QueryBlock.ScratchSize(_headsTogether, _blockQueries * _sharing, _size));
        fixed (float* scratch = memory.Span)
        {
            for (nint part = first; part < end; part++)
                RunPart<TElement, TLanes>(part, scratch);
        }
    }

    private void RunPart<TElement, TLanes>(nint part, float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint firstHead = part / QueryBlocks * _headsTogether, firstQuery = part % QueryBlocks * _blockQueries;
        nint heads = Math.Min(_headsTogether, _keyHeads - firstHead), queries = Math.Min(_blockQueries, _queries - firstQuery);
        var block = new QueryBlock(firstHead, heads, firstQuery, queries * _sharing, _size, scratch);
        LoadQueries<TElement, TLanes>(in block);

        // A weight of 0 makes a NaN of an infinity or a NaN: values that no query sees matter where they have one.
        nint visible = Visible(firstQuery + queries - 1);
        nint weighed = HasSpecialValues<TElement, TLanes>(in block, visible) ? _keys : visible;
        for (nint key = 0; key < weighed; key += QueryBlock.Keys)
        {
            nint count = Math.Min(QueryBlock.Keys, weighed - key);
            Score<TElement, TLanes>(in block, key, Math.Clamp(visible - key, 0, count));
            Weigh<TElement, TLanes>(in block, key, count);
            AddValues<TElement, TLanes>(in block, key, count);
        }

        StoreSums<TElement, TLanes>(in block);
    }

    private nint Visible(nint query) => _causal ? _keys - _queries + query + 1 : _keys;

    // The query and the query head of a block's row, as an offset.
    private nint Offset(in QueryBlock block, nint head, nint row, in HeadTable table) =>
        table.Offset(block.FirstQuery + (row / _sharing), ((block.FirstHead + head) * _sharing) + (row % _sharing));

    private void LoadQueries<TElement, TLanes>(in QueryBlock block)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint head = 0; head < block.Heads; head++)
        {
            for (nint row = 0; row < block.Rows; row++)
            {
                TElement* q = (TElement*)_q.Address + Offset(in block, head, row, in _q);
                Panel.Copy<TElement, TLanes>(q, 0, 1, _size, block.Query(head, row), 0, 1);
                new Span<float>(block.Sum(head, row), (int)block.Size).Clear();
                block.State(head, row) = Softmax.Empty;
            }
        }
    }

    private bool HasSpecialValues<TElement, TLanes>(in QueryBlock block, nint firstKey)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint key = firstKey; key < _keys; key++)
        {
            for (nint head = 0; head < block.Heads; head++)
            {
                Panel.Copy<TElement, TLanes>((TElement*)_v.Address + _v.Offset(key, block.FirstHead + head), 0, 1, _size, block.Panel, 0, 1);
                if (!Singles.AreFinite<TLanes>(block.Panel, block.Size))
                    return true;
            }
        }

        return false;
    }

    // Keys outside, heads inside: the order in which they lie.
    private void Score<TElement, TLanes>(in QueryBlock block, nint firstKey, nint count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint row = 0; row < block.Heads * block.Rows; row++)
            new Span<float>(block.Scores(0, row), (int)(count + KeyTile)).Clear();
        bool isDirect = block.Rows <= FewRows && _size % (2 * TLanes.Count) == 0;
        nint quarter = isDirect ? count / KeyTile : 0;
        for (nint key = 0; key < quarter; key++)
            ScoreTile<TElement, TLanes>(in block, firstKey, key, quarter, KeyTile, isDirect);
        for (nint key = KeyTile * quarter; key < count; key += KeyTile)
            ScoreTile<TElement, TLanes>(in block, firstKey, key, 1, Math.Min(KeyTile, count - key), isDirect: false);
    }

    // Keys that lie apart are read as fast as a matrix product's weights; see there.
    private void ScoreTile<TElement, TLanes>(in QueryBlock block, nint firstKey, nint key, nint apart, nint keys, bool isDirect)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint stride = apart * _k.Token;
        for (nint head = 0; head < block.Heads; head++)
        {
            TElement* k = (TElement*)_k.Address + _k.Offset(firstKey + key, block.FirstHead + head);
            float* scores = block.Scores(head, 0) + key;
            if (isDirect)
            {
                DotTile.Add<TElement, TLanes>(
                    block.Query(head, 0), block.Size, block.Rows, k, stride, _size, scores, apart, QueryBlock.ScoreStride);
            }
            else
            {
                Panel.Copy<TElement, TLanes>(k, stride, keys, _size, block.Panel, block.Size, KeyTile);
                DotTile.Add<Float32Element, TLanes>(
                    block.Query(head, 0), block.Size, block.Rows, (Float32Element*)block.Panel, block.Size, block.Size, scores, apart,
                    QueryBlock.ScoreStride);
            }
        }
    }

    private void Weigh<TElement, TLanes>(in QueryBlock block, nint firstKey, nint count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        int limit = ScoreRows.LargestWellRounded(sizeof(TElement) == sizeof(float));
        for (nint head = 0; head < block.Heads; head++)
        {
            for (nint row = 0; row < block.Rows; row++)
            {
                float* scores = block.Scores(head, row);
                nint visible = Math.Clamp(Visible(block.FirstQuery + (row / _sharing)) - firstKey, 0, count);
                if (visible == 0)
                {
                    new Span<float>(scores, (int)count).Clear();
                    continue;
                }

                // Keys that the query does not see must not show in what is done for it.
                new Span<float>(scores + visible, (int)(Panel.PaddedLength(visible) - visible)).Clear();
                if (ScoreRows.Scale<TLanes>(scores, visible, _scale) > limit)
                {
                    TElement* k = (TElement*)_k.Address + _k.Offset(firstKey, block.FirstHead + head);
                    TElement* q = (TElement*)_q.Address + Offset(in block, head, row, in _q);
                    ScoreRows.ScoreInOrder<TElement, TLanes>(q, k, _k.Token, visible, _size, _scale, scores, block.Panel, block.Panel + block.Size);
                }

                block.State(head, row).Add<TLanes>(scores, visible, count, block.Sum(head, row), block.Size);
            }
        }
    }

    private void AddValues<TElement, TLanes>(in QueryBlock block, nint firstKey, nint count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        bool isDirect = block.Rows <= FewRows && _size % (2 * TLanes.Count) == 0;
        nint tile = isDirect ? FewValues : QueryBlock.PanelRows;
        for (nint key = 0; key < count; key += tile)
        {
            nint values = Math.Min(tile, count - key);
            for (nint head = 0; head < block.Heads; head++)
            {
                TElement* v = (TElement*)_v.Address + _v.Offset(firstKey + key, block.FirstHead + head);
                float* weights = block.Scores(head, 0) + key;
                if (isDirect)
                {
                    WeightedSum.Add<TElement, TLanes>(
                        weights, QueryBlock.ScoreStride, block.Rows, v, _v.Token, FewValues * _v.Token, values, _size, block.Sum(head, 0),
                        block.Size);
                }
                else
                {
                    Panel.Copy<TElement, TLanes>(v, _v.Token, values, _size, block.Panel, block.Size, values);
                    WeightedSum.Add<Float32Element, TLanes>(
                        weights, QueryBlock.ScoreStride, block.Rows, (Float32Element*)block.Panel, block.Size, 0, values, block.Size,
                        block.Sum(head, 0), block.Size);
                }
            }
        }
    }

    private void StoreSums<TElement, TLanes>(in QueryBlock block)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint head = 0; head < block.Heads; head++)
        {
            for (nint row = 0; row < block.Rows; row++)
            {
                float* sum = block.Sum(head, row);
                if (block.State(head, row).IsEmpty)
                    new Span<float>(sum, (int)block.Size).Fill(float.NaN);
                TElement* output = (TElement*)_output.Address + Offset(in block, head, row, in _output);
                Panel.Store<TElement, TLanes>(sum, _size, output);
            }
        }
    }
}
