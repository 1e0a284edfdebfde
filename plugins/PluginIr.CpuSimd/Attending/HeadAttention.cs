using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
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
/// </remarks>
internal readonly unsafe struct HeadAttention : IWork
{
    /// <summary>Up to how many rows go through one part. Their scores for a block of keys then fit the second-level cache.</summary>
    private const int BlockRows = 32;

    /// <summary>Up to how many rows several key heads make together, for the same reason as <see cref="BlockRows"/>.</summary>
    private const int ManyRows = 64;

    /// <summary>Up to how many rows computing takes no longer than reading.</summary>
    private const int RowsAtReadingSpeed = 4;

    private readonly AttentionCall _call;
    private readonly nint _blockQueries, _headsTogether;
    private readonly int _threads;
    private readonly float* _shared;

    /// <summary>Parts a call.</summary>
    /// <param name="call">The call, or one of its sequences.</param>
    /// <param name="threads">For how many threads there should be parts. No bit depends on it.</param>
    public HeadAttention(in AttentionCall call, int threads)
    {
        (_call, _threads) = (call, threads);
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
    public bool HasSpansToShare =>
        _call.Sharing != 0 && QueryBlocks == 1 && _blockQueries * _call.Sharing <= QueryBlock.FewRows && (Spans == 1 || SpansFillThreads);

    /// <summary>How many float32 of memory the results of shared spans take.</summary>
    public long SharedLength => Spans * new HeadAttention(this, null).ResultsOfSpan;

    /// <summary>The same work with the spans as parts. <see cref="StoreShared"/> ends it.</summary>
    /// <param name="results">As many float32 as <see cref="SharedLength"/> says.</param>
    public HeadAttention SharingSpans(float* results) => new(this, results);

    public nint Parts => _call.Sharing == 0 ? 0 : HeadBlocks * (_shared != null ? Spans : QueryBlocks);

    // A part reads its heads' keys and values, and computes longer on each the more rows there are.
    public nint Grain => KernelContext.GrainOf(
        2 * (_shared != null ? Math.Min(QueryBlock.Keys, _call.Keys) : _call.Keys) * _headsTogether * _call.Size * sizeof(float) *
        Math.Max(1, _blockQueries * _call.Sharing / RowsAtReadingSpeed));

    private nint Spans => (_call.Keys + QueryBlock.Keys - 1) / QueryBlock.Keys;

    // Four fifths of the time that the thread with the most spans takes.
    private bool SpansFillThreads => 5 * _call.Keys >= 4 * _threads * ((Spans + _threads - 1) / _threads * QueryBlock.Keys);

    private nint HeadBlocks => (_call.KeyHeads + _headsTogether - 1) / _headsTogether;

    // The results of all blocks of heads.
    private nint ResultsOfSpan => HeadBlocks * ResultsOfBlock;

    private nint ResultsOfBlock => SpanResults.Length(_headsTogether, _blockQueries * _call.Sharing, _call.Size);

    private nint QueryBlocks => (_call.Queries + _blockQueries - 1) / _blockQueries;

    public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        long size = QueryBlock.ScratchSize(_headsTogether, _blockQueries * _call.Sharing, _call.Size);
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
            _call.Store<TElement, TLanes>(in block, in all);
        }
    }

    private (nint Queries, nint Heads) Blocks(int threads)
    {
        nint sharing = Math.Max(1, _call.Sharing);
        nint queries = Math.Clamp(_call.Queries, 1, Math.Max(1, BlockRows / sharing)), rows = queries * sharing;
        return (queries, rows <= QueryBlock.FewRows ? Math.Min((_call.KeyHeads + threads - 1) / threads, ManyRows / rows) : 1);
    }

    private QueryBlock SharedBlock(nint headBlock, float* scratch)
    {
        nint firstHead = headBlock * _headsTogether;
        return new QueryBlock(firstHead, Math.Min(_headsTogether, _call.KeyHeads - firstHead), 0, _call.Queries * _call.Sharing, _call.Size, scratch);
    }

    private SpanResults SharedAt(nint span, in QueryBlock block) =>
        ResultsAt(in block, _shared + (span * ResultsOfSpan) + (block.FirstHead / _headsTogether * ResultsOfBlock));

    private SpanResults ResultsAt(in QueryBlock block, float* memory) => new(block.Heads, block.Rows, _call.Size, memory);

    private void RunSpan<TElement, TLanes>(nint part, bool hasQueries, float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        (nint span, nint headBlock) = Math.DivRem(part, HeadBlocks);
        QueryBlock block = SharedBlock(headBlock, scratch);
        SpanResults results = SharedAt(span, in block);
        if (!hasQueries)
            _call.LoadQueries<TElement, TLanes>(in block);
        nint visible = _call.Visible(_call.Queries - 1);
        _call.AttendTo<TElement, TLanes>(in block, span * QueryBlock.Keys, visible, _call.Weighed<TElement, TLanes>(in block, visible), in results);
    }

    private void RunBlock<TElement, TLanes>(nint part, float* scratch, float* all, float* results)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint firstHead = part / QueryBlocks * _headsTogether, firstQuery = part % QueryBlocks * _blockQueries;
        nint heads = Math.Min(_headsTogether, _call.KeyHeads - firstHead), queries = Math.Min(_blockQueries, _call.Queries - firstQuery);
        var block = new QueryBlock(firstHead, heads, firstQuery, queries * _call.Sharing, _call.Size, scratch);
        SpanResults allResults = ResultsAt(in block, all), spanResults = ResultsAt(in block, results);
        _call.LoadQueries<TElement, TLanes>(in block);
        nint visible = _call.Visible(firstQuery + queries - 1), weighed = _call.Weighed<TElement, TLanes>(in block, visible);
        _call.AttendTo<TElement, TLanes>(in block, 0, visible, weighed, in allResults);
        for (nint key = QueryBlock.Keys; key < weighed; key += QueryBlock.Keys)
        {
            _call.AttendTo<TElement, TLanes>(in block, key, visible, weighed, in spanResults);
            allResults.Add<TLanes>(in spanResults);
        }

        _call.Store<TElement, TLanes>(in block, in allResults);
    }
}
