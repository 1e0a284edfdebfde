using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Attending;

/// <summary>
/// What goes through together: for each of some key heads, rows of queries with the query heads that share it; and their scratch memory.
/// </summary>
internal readonly unsafe struct QueryBlock
{
    /// <summary>How many keys are scored, and their values added, before the next: a span.</summary>
    public const int Keys = 512;

    /// <summary>Up to how many rows are few: several key heads go along, and keys and values are read as they lie, by way of no panel.</summary>
    public const int FewRows = 8;

    /// <summary>How many rows <see cref="Panel"/> has room for.</summary>
    public const int PanelRows = 32;

    /// <summary>
    /// Elements from one row's scores to the next's. Rows that began a multiple of 4 KB apart would share few of the first-level cache's lines.
    /// </summary>
    public const int ScoreStride = Keys + 16;

    /// <summary>The first of the key heads, how many there are, and the first query.</summary>
    public readonly nint FirstHead, Heads, FirstQuery;

    /// <summary>How many rows each key head has: query by query, and in each head by head.</summary>
    public readonly nint Rows;

    /// <summary>Elements from one head to the next in scratch memory.</summary>
    public readonly nint Size;

    /// <summary>Memory for some keys or values as float32.</summary>
    public readonly float* Panel;

    private readonly float* _scores, _queries;

    /// <summary>Lays out a block.</summary>
    /// <param name="firstHead">The first key head.</param>
    /// <param name="heads">How many key heads.</param>
    /// <param name="firstQuery">The first query.</param>
    /// <param name="rows">How many rows each head has.</param>
    /// <param name="headSize">A head's elements.</param>
    /// <param name="scratch">As many float32 of scratch memory as <see cref="ScratchSize"/> says.</param>
    public QueryBlock(nint firstHead, nint heads, nint firstQuery, nint rows, nint headSize, float* scratch)
    {
        (FirstHead, Heads, FirstQuery, Rows, Size) = (firstHead, heads, firstQuery, rows, Padding.ToVectorPair(headSize));
        _scores = scratch;
        _queries = _scores + (heads * rows * ScoreStride);
        Panel = _queries + (heads * rows * Size);
    }

    /// <summary>How many float32 of scratch memory a block needs.</summary>
    public static long ScratchSize(nint heads, nint rows, nint headSize)
    {
        long size = Padding.ToVectorPair(headSize);
        return (heads * rows * (ScoreStride + size)) + (PanelRows * size);
    }

    /// <summary>Whether the rows are few.</summary>
    public bool HasFewRows => Rows <= FewRows;

    /// <summary>A row's query as float32.</summary>
    public float* Query(nint head, nint row) => _queries + (((head * Rows) + row) * Size);

    /// <summary>A row's scores, and then weights, of a block of keys.</summary>
    public float* Scores(nint head, nint row) => _scores + (((head * Rows) + row) * ScoreStride);
}
