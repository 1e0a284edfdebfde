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
/// <para>Keys go through in spans that begin at key 0: scores, softmax, and the weighted sum of values, span by span, which are put together in their
/// order. What is done for a query depends on how many keys it sees and on nothing else, so its bits do not depend on the queries beside it, nor on
/// whether spans are put together as they come or, when threads have shared them, at the end: see <see cref="SharedSpans"/>.</para>
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
    private readonly int _threads;
    private readonly float* _shared;

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
        _threads = threads;
        (_blockQueries, _headsTogether) = Blocks(threads);
    }

    // Where there are several spans, all heads that may go together do.
    private HeadAttention(in HeadAttention attention, float* shared)
    {
        this = attention;
        _shared = shared;
        if (Spans > 1)
            (_blockQueries, _headsTogether) = Blocks(threads: 1);
    }

    /// <summary>
    /// True when threads can share the spans: there is one block of few queries, and no thread would wait for long because the others have a span more.
    /// One span is shared by its heads, so that what comes after it is compiled when a kernel is warmed up with few keys.
    /// </summary>
    public bool HasSpansToShare => _sharing != 0 && QueryBlocks == 1 && _blockQueries * _sharing <= FewRows && (Spans == 1 || SpansFillThreads);

    /// <summary>How many float32 of memory the results of shared spans take.</summary>
    public long SharedLength => Spans * new HeadAttention(this, null).ResultsOfSpan;

    public nint Parts => _sharing == 0 ? 0 : HeadBlocks * (_shared != null ? Spans : QueryBlocks);

    // A part reads its heads' keys and values, and computes longer on each the more rows there are.
    public nint Grain => KernelContext.GrainOf(
        2 * (_shared != null ? Math.Min(QueryBlock.Keys, _keys) : _keys) * _headsTogether * _size * sizeof(float) *
        Math.Max(1, _blockQueries * _sharing / RowsAtReadingSpeed));

    private nint Spans => (_keys + QueryBlock.Keys - 1) / QueryBlock.Keys;

    // Four fifths of the time that the thread with the most spans takes.
    private bool SpansFillThreads => 5 * _keys >= 4 * _threads * ((Spans + _threads - 1) / _threads * QueryBlock.Keys);

    private nint HeadBlocks => (_keyHeads + _headsTogether - 1) / _headsTogether;

    // The results of all blocks of heads.
    private nint ResultsOfSpan => HeadBlocks * ResultsOfBlock;

    private nint ResultsOfBlock => SpanResults.Length(_headsTogether, _blockQueries * _sharing, _size);

    private nint QueryBlocks => (_queries + _blockQueries - 1) / _blockQueries;

    private (nint Queries, nint Heads) Blocks(int threads)
    {
        nint sharing = Math.Max(1, _sharing);
        nint queries = Math.Clamp(_queries, 1, Math.Max(1, BlockRows / sharing)), rows = queries * sharing;
        return (queries, rows <= FewRows ? Math.Min((_keyHeads + threads - 1) / threads, ManyRows / rows) : 1);
    }

    /// <summary>The same work with the spans as parts. <see cref="StoreShared"/> ends it.</summary>
    /// <param name="results">As many float32 as <see cref="SharedLength"/> says.</param>
    public HeadAttention SharingSpans(float* results) => new(this, results);

    public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        long size = QueryBlock.ScratchSize(_headsTogether, _blockQueries * _sharing, _size);
        using Scratch<float> memory = context.Scratch<float>(size + (2 * ResultsOfBlock));
        fixed (float* scratch = memory.Span)
        {
            float* results = scratch + size;
            for (nint part = first; part < end; part++)
            {
                if (_shared != null)
                    RunSpan<TElement, TLanes>(part, part > first && HeadBlocks == 1, scratch);
                else
                    RunBlock<TElement, TLanes>(part, scratch, results, results + ResultsOfBlock);
            }
        }
    }

    /// <summary>Puts shared spans together, and stores what they make.</summary>
    public void StoreShared<TElement, TLanes>()
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint headBlock = 0; headBlock < HeadBlocks; headBlock++)
        {
            QueryBlock block = SharedBlock(headBlock, scratch: null); // nothing is scored any more
            SpanResults all = SharedAt(0, in block);
            for (nint span = 1; span < Spans; span++)
                all.Add<TLanes>(SharedAt(span, in block));
            StoreSums<TElement, TLanes>(in block, in all);
        }
    }

    private QueryBlock SharedBlock(nint headBlock, float* scratch)
    {
        nint firstHead = headBlock * _headsTogether;
        return new QueryBlock(firstHead, Math.Min(_headsTogether, _keyHeads - firstHead), 0, _queries * _sharing, _size, scratch);
    }

    private SpanResults SharedAt(nint span, in QueryBlock block) =>
        ResultsAt(in block, _shared + (span * ResultsOfSpan) + (block.FirstHead / _headsTogether * ResultsOfBlock));

    private SpanResults ResultsAt(in QueryBlock block, float* memory) => new(block.Heads, block.Rows, _size, memory);

    private void RunSpan<TElement, TLanes>(nint part, bool hasQueries, float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        (nint span, nint headBlock) = Math.DivRem(part, HeadBlocks);
        QueryBlock block = SharedBlock(headBlock, scratch);
        SpanResults results = SharedAt(span, in block);
        if (!hasQueries)
            LoadQueries<TElement, TLanes>(in block);
        nint visible = Visible(_queries - 1);
        AttendTo<TElement, TLanes>(in block, span * QueryBlock.Keys, visible, Weighed<TElement, TLanes>(in block, visible), in results);
    }

    private void RunBlock<TElement, TLanes>(nint part, float* scratch, float* all, float* results)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint firstHead = part / QueryBlocks * _headsTogether, firstQuery = part % QueryBlocks * _blockQueries;
        nint heads = Math.Min(_headsTogether, _keyHeads - firstHead), queries = Math.Min(_blockQueries, _queries - firstQuery);
        var block = new QueryBlock(firstHead, heads, firstQuery, queries * _sharing, _size, scratch);
        SpanResults allResults = ResultsAt(in block, all), spanResults = ResultsAt(in block, results);
        LoadQueries<TElement, TLanes>(in block);
        nint visible = Visible(firstQuery + queries - 1), weighed = Weighed<TElement, TLanes>(in block, visible);
        AttendTo<TElement, TLanes>(in block, 0, visible, weighed, in allResults);
        for (nint key = QueryBlock.Keys; key < weighed; key += QueryBlock.Keys)
        {
            AttendTo<TElement, TLanes>(in block, key, visible, weighed, in spanResults);
            allResults.Add<TLanes>(in spanResults);
        }

        StoreSums<TElement, TLanes>(in block, in allResults);
    }

    // What the span that begins at a key makes of the rows.
    private void AttendTo<TElement, TLanes>(in QueryBlock block, nint key, nint visible, nint weighed, in SpanResults results)
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

    // Of how many keys the values have a part. A weight of 0 makes a NaN of an infinity or a NaN: values that no query sees matter where they have one.
    private nint Weighed<TElement, TLanes>(in QueryBlock block, nint visible)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        HasSpecialValues<TElement, TLanes>(in block, visible) ? _keys : visible;

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

                results.State(head, row) = Softmax.Of<TLanes>(scores, visible, count);
            }
        }
    }

    private void AddValues<TElement, TLanes>(in QueryBlock block, nint firstKey, nint count, in SpanResults results)
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
                        weights, QueryBlock.ScoreStride, block.Rows, v, _v.Token, FewValues * _v.Token, values, _size, results.Sum(head, 0),
                        block.Size);
                }
                else
                {
                    Panel.Copy<TElement, TLanes>(v, _v.Token, values, _size, block.Panel, block.Size, values);
                    WeightedSum.Add<Float32Element, TLanes>(
                        weights, QueryBlock.ScoreStride, block.Rows, (Float32Element*)block.Panel, block.Size, 0, values, block.Size,
                        results.Sum(head, 0), block.Size);
                }
            }
        }
    }

    private void StoreSums<TElement, TLanes>(in QueryBlock block, in SpanResults results)
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
                TElement* output = (TElement*)_output.Address + Offset(in block, head, row, in _output);
                Panel.Store<TElement, TLanes>(sum, _size, output);
            }
        }
    }
}
