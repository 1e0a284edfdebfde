using System.Buffers;
using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Products;
using PluginIr.CpuSimd.Rows;

namespace PluginIr.CpuSimd.Attending;

/// <summary>A call's queries, keys and values, or those of one of its sequences, and what is done with some of them: the steps of attention.</summary>
/// <remarks>
/// A sum of products whose size makes float32's own rounding decide between two keys is the definition's only in the definition's order: queries
/// with such scores are scored again like that.
/// </remarks>
internal readonly unsafe struct AttentionCall
{
    /// <summary>How many keys are scored together.</summary>
    private const int KeyTile = DotTile.Weights;

    /// <summary>
    /// How many values are added together for few rows. Where tokens lie 2 KB apart, or 4 KB or more, they compete for the same sets of the first-level
    /// cache: these take eight ways of a set, which has eight or twelve.
    /// </summary>
    private const int FewValues = 16, FewValuesOfPages = 8, PageBytes = 4096;

    /// <summary>How many heads before their time values are asked for.</summary>
    private const int HeadsAhead = 2;

    /// <summary>How many queries there are, and how many keys with their values.</summary>
    public readonly nint Queries, Keys;

    /// <summary>How many heads keys have, and how many query heads share each.</summary>
    public readonly nint KeyHeads, Sharing;

    /// <summary>A head's elements.</summary>
    public readonly nint Size;

    private readonly HeadTable _q, _k, _v, _output;
    private readonly float _scale;
    private readonly bool _causal;

    /// <summary>Describes a call. The elements of each head lie side by side.</summary>
    /// <param name="q">The queries.</param>
    /// <param name="k">The keys.</param>
    /// <param name="v">The values.</param>
    /// <param name="scale">What products are multiplied by.</param>
    /// <param name="causal">Whether a query sees only the keys up to its own.</param>
    /// <param name="output">Where the result goes.</param>
    public AttentionCall(Tensor q, Tensor k, Tensor v, float scale, bool causal, Tensor output)
        : this(q, k, v, scale, causal, output, 0, (nint)q.Shape[0], (nint)k.Shape[0])
    {
    }

    /// <summary>Describes what a call does for one of several sequences, whose keys and values are [sequences, tokens, heads, size].</summary>
    /// <param name="q">The queries of all sequences.</param>
    /// <param name="k">The keys.</param>
    /// <param name="v">The values.</param>
    /// <param name="scale">What products are multiplied by.</param>
    /// <param name="causal">Whether a query sees only the keys up to its own.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="queries">How many queries it has; they lie after those of the sequences before.</param>
    /// <param name="keys">How many keys and values it has; the rows after them are not read.</param>
    public AttentionCall(
        Tensor q, Tensor k, Tensor v, float scale, bool causal, Tensor output, nint sequence, nint queries, nint keys)
    {
        (Queries, Keys, KeyHeads, Size) = (queries, keys, (nint)k.Shape[^2], (nint)q.Last);
        (_q, _output) = (new(q, Size, sequence * queries), new(output, Size, sequence * queries));
        (_k, _v) = (new(k, Size, sequence), new(v, Size, sequence));
        Sharing = (nint)q.Shape[1] / KeyHeads;
        (_scale, _causal) = (float.IsNaN(scale) ? float.NaN : scale, causal); // One NaN for all: see IElement.RoundComputed.
    }

    /// <summary>How many keys a query sees.</summary>
    public nint Visible(nint query) => _causal ? Keys - Queries + query + 1 : Keys;

    /// <summary>Loads the rows' queries.</summary>
    public void LoadQueries<TElement, TLanes>(in QueryBlock block)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint head = 0; head < block.Heads; head++)
        {
            for (nint row = 0; row < block.Rows; row++)
            {
                TElement* q = (TElement*)_q.Address + Offset(in block, head, row, in _q);
                Panel.CopyOnce<TElement, TLanes>(q, Size, block.Query(head, row));
            }
        }
    }

    /// <summary>Of how many keys the values have a part.</summary>
    /// <remarks>A weight of 0 makes a NaN of an infinity or a NaN: values that no query sees matter where they have one.</remarks>
    /// <param name="block">The rows; its panel is used.</param>
    /// <param name="visible">How many keys the last query sees.</param>
    public nint Weighed<TElement, TLanes>(in QueryBlock block, nint visible)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        HasSpecialValues<TElement, TLanes>(in block, visible) ? Keys : visible;

    /// <summary>Finds what a span makes of the rows.</summary>
    /// <param name="block">The rows, loaded.</param>
    /// <param name="key">The span's first key.</param>
    /// <param name="visible">How many keys the last query sees.</param>
    /// <param name="weighed">What <see cref="Weighed"/> says.</param>
    /// <param name="results">Where the result goes.</param>
    public void AttendTo<TElement, TLanes>(in QueryBlock block, nint key, nint visible, nint weighed, in SpanResults results)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        results.Clear();
        nint count = Math.Clamp(weighed - key, 0, QueryBlock.Keys);
        if (count == 0)
            return;
        Score<TElement, TLanes>(in block, key, Math.Clamp(visible - key, 0, count));
        Weigh<TElement, TLanes>(in block, key, count, in results);
        AddValues<TElement, TLanes>(in block, key, count, in results);
    }

    /// <summary>Stores what all keys make of the rows.</summary>
    public void Store<TElement, TLanes>(in QueryBlock block, in SpanResults results)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        results.ClearSigns<TLanes>();
        for (nint head = 0; head < block.Heads; head++)
        {
            for (nint row = 0; row < block.Rows; row++)
            {
                float* sum = results.Sum(head, row);
                if (results.State(head, row).IsEmpty)
                    new Span<float>(sum, (int)block.Size).Fill(float.NaN);
                else if (Keys > QueryBlock.Keys && !Singles.AreFinite<TLanes>(sum, Panel.LengthOf<TLanes>(Size)))
                    SpoilByWeightless<TElement, TLanes>(in block, head, row, results.State(head, row), sum);
                TElement* output = (TElement*)_output.Address + Offset(in block, head, row, in _output);
                Panel.Store<TElement, TLanes>(sum, Size, output);
            }
        }
    }

    // Of a value that is infinite a weight of 0 makes a NaN. A span's weights are relative to its own largest score: one that is 0 among all keys may have
    // been more in its span. Rare, so that memory is rented and keys are scored again.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SpoilByWeightless<TElement, TLanes>(in QueryBlock block, nint head, nint row, Softmax softmax, float* sum)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float[] rented = ArrayPool<float>.Shared.Rent(checked((int)(2 * block.Size)));
        TElement* q = (TElement*)_q.Address + Offset(in block, head, row, in _q);
        nint visible = Math.Min(Visible(block.FirstQuery + (row / Sharing)), Keys);
        fixed (float* memory = rented)
        {
            float* panel = memory + block.Size;
            for (nint key = 0; key < visible; key++)
            {
                float score;
                TElement* k = (TElement*)_k.Address + _k.Offset(key, block.FirstHead + head);
                ScoreRows.ScoreInOrder<TElement, TLanes>(q, k, _k.Token, 1, Size, _scale, &score, memory, panel);
                if (softmax.WeightOf(score) != 0)
                    continue;
                Panel.Copy<TElement, TLanes>((TElement*)_v.Address + _v.Offset(key, block.FirstHead + head), 0, 1, Size, panel, 0, 1);
                for (nint i = 0; i < Panel.LengthOf<TLanes>(Size); i++)
                    sum[i] += panel[i] * 0;
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    // The query and the query head of a block's row, as an offset.
    private nint Offset(in QueryBlock block, nint head, nint row, in HeadTable table) =>
        table.Offset(block.FirstQuery + (row / Sharing), ((block.FirstHead + head) * Sharing) + (row % Sharing));

    private bool HasSpecialValues<TElement, TLanes>(in QueryBlock block, nint firstKey)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint key = firstKey; key < Keys; key++)
        {
            for (nint head = 0; head < block.Heads; head++)
            {
                Panel.Copy<TElement, TLanes>((TElement*)_v.Address + _v.Offset(key, block.FirstHead + head), 0, 1, Size, block.Panel, 0, 1);
                if (!Singles.AreFinite<TLanes>(block.Panel, Panel.LengthOf<TLanes>(Size)))
                    return true;
            }
        }

        return false;
    }

    // Whether keys and values are read where they lie.
    private bool IsDirect<TLanes>(in QueryBlock block) where TLanes : struct, ILanes<TLanes> => block.HasFewRows && Size >= 2 * TLanes.Count;

    private void Score<TElement, TLanes>(in QueryBlock block, nint firstKey, nint count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint row = 0; row < block.Heads * block.Rows; row++)
            new Span<float>(block.Scores(0, row), (int)(count + KeyTile)).Clear();
        nint scored = 0;
        if (IsDirect<TLanes>(in block))
        {
            ScoreDirectly<TElement, TLanes>(in block, firstKey, count / KeyTile);
            scored = count / KeyTile * KeyTile;
        }

        for (; scored < count; scored += KeyTile)
            ScoreTile<TElement, TLanes>(in block, firstKey, scored, Math.Min(KeyTile, count - scored));
    }

    // Keys outside, heads inside: the order in which they lie. A tile's keys lie a quarter of all apart, and are read as fast as a matrix product's
    // weights; see there.
    private void ScoreDirectly<TElement, TLanes>(in QueryBlock block, nint firstKey, nint quarter)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        var heads = new TileSteps(block.Heads, block.Rows * block.Size, _k.Head, block.Rows * QueryBlock.ScoreStride);
        for (nint key = 0; key < quarter; key++)
        {
            TElement* k = (TElement*)_k.Address + _k.Offset(firstKey + key, block.FirstHead);
            DotTile.Add<TElement, TLanes, NoPrefetcher>(
                block.Query(0, 0), block.Size, block.Rows, k, quarter * _k.Token, Size, block.Scores(0, 0) + (KeyTile * key), 1, QueryBlock.ScoreStride,
                RowsToPrefetch.None, heads);
        }

        for (nint row = 0; row < block.Heads * block.Rows; row++)
            ScoreRows.Unzip<TLanes>(block.Scores(0, row), quarter, block.Panel);
    }

    private void ScoreTile<TElement, TLanes>(in QueryBlock block, nint firstKey, nint key, nint keys)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint head = 0; head < block.Heads; head++)
        {
            TElement* k = (TElement*)_k.Address + _k.Offset(firstKey + key, block.FirstHead + head);
            Panel.Copy<TElement, TLanes>(k, _k.Token, keys, Size, block.Panel, block.Size, KeyTile);
            DotTile.Add<Float32Element, TLanes, NoPrefetcher>(
                block.Query(head, 0), block.Size, block.Rows, (Float32Element*)block.Panel, block.Size, Panel.LengthOf<TLanes>(Size),
                block.Scores(head, 0) + key, 1, QueryBlock.ScoreStride, RowsToPrefetch.None, TileSteps.One);
        }
    }

    private void Weigh<TElement, TLanes>(in QueryBlock block, nint firstKey, nint count, in SpanResults results)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        int limit = ScoreRows.LargestWellRounded(sizeof(TElement) == sizeof(float));
        for (nint head = 0; head < block.Heads; head++)
        {
            for (nint row = 0; row < block.Rows; row++)
            {
                float* scores = block.Scores(head, row);
                nint visible = Math.Clamp(Visible(block.FirstQuery + (row / Sharing)) - firstKey, 0, count);
                if (visible == 0)
                {
                    new Span<float>(scores, (int)count).Clear();
                    continue;
                }

                // Keys that the query does not see must not show in what is done for it.
                new Span<float>(scores + visible, (int)(Padding.ToVectorPair(visible) - visible)).Clear();
                if (ScoreRows.Scale<TLanes>(scores, visible, _scale) > limit)
                {
                    TElement* k = (TElement*)_k.Address + _k.Offset(firstKey, block.FirstHead + head);
                    TElement* q = (TElement*)_q.Address + Offset(in block, head, row, in _q);
                    ScoreRows.ScoreInOrder<TElement, TLanes>(q, k, _k.Token, visible, Size, _scale, scores, block.Panel, block.Panel + block.Size);
                }

                results.State(head, row) = Softmax.Of<TLanes>(scores, visible, count);
            }
        }
    }

    private void AddValues<TElement, TLanes>(in QueryBlock block, nint firstKey, nint count, in SpanResults results)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        bool isDirect = IsDirect<TLanes>(in block);
        nint tile = !isDirect ? QueryBlock.PanelRows : _v.Token * sizeof(TElement) < PageBytes ? FewValues : FewValuesOfPages;
        nint headsAhead = Math.Min(HeadsAhead, block.Heads);
        for (nint key = 0; key < count; key += tile)
        {
            nint values = Math.Min(tile, count - key);
            for (nint head = 0; head < block.Heads; head++)
            {
                TElement* v = (TElement*)_v.Address + _v.Offset(firstKey + key, block.FirstHead + head);
                float* weights = block.Scores(head, 0) + key;
                if (isDirect)
                {
                    // The last heads are followed by the first ones of the next tile.
                    nint ahead = head + headsAhead < block.Heads ? headsAhead * _v.Head : (tile * _v.Token) - ((block.Heads - headsAhead) * _v.Head);
                    WeightedSum.Add<TElement, TLanes>(
                        weights, QueryBlock.ScoreStride, block.Rows, v, _v.Token, ahead, values, Size, results.Sum(head, 0), block.Size);
                }
                else
                {
                    Panel.Copy<TElement, TLanes>(v, _v.Token, values, Size, block.Panel, block.Size, values);
                    WeightedSum.Add<Float32Element, TLanes>(
                        weights, QueryBlock.ScoreStride, block.Rows, (Float32Element*)block.Panel, block.Size, 0, values,
                        Panel.LengthOf<TLanes>(Size), results.Sum(head, 0), block.Size);
                }
            }
        }
    }
}
