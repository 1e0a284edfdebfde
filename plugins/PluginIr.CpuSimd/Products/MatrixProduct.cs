using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Searching;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd.Products;

/// <summary><c>output = x · weightᵀ</c>, or of that only where each row's greatest element is: one call.</summary>
/// <remarks>
/// <para>x goes through in blocks of rows, as float32. For each, weights are read once: by few of x's rows where they are, by many by way of a copy in
/// the first-level cache, of a few rows and a block of their length at a time. Of x, a block of its length stays in the second-level cache while all
/// of the weights' go by.</para>
/// <para>Columns are made in blocks of their own: <see cref="RunColumns"/> depends on no other block.</para>
/// </remarks>
internal readonly unsafe struct MatrixProduct : IWork
{
    /// <summary>
    /// How many of the output's columns are made together. The more there are, the longer are the streams in which few rows read the weights; the
    /// sums of many rows would not fit the caches.
    /// </summary>
    private const int LeastBlockColumns = 256, MostBlockColumns = 1024;

    /// <summary>How many blocks of columns there are for each thread at least, where there are enough columns.</summary>
    private const int BlocksOfThread = 2;

    /// <summary>Up to how many rows computing takes no longer than reading.</summary>
    private const int RowsAtReadingSpeed = 4;

    /// <summary>From how many rows on more of the weights go together.</summary>
    private const int ManyRows = 10;

    /// <summary>How many parts go together at least when there are more rows.</summary>
    private const int PartsOfManyRows = 2;

    /// <summary>How many rows of x go together at most: <see cref="DotTile.BlockLength"/> of each fit the second-level cache.</summary>
    private const int MostBlockRows = 128;

    /// <summary>How many for each block of columns: where these are few, threads share the rows.</summary>
    private const int MostBlockRowsOfColumns = 32;

    /// <summary>How many bytes they may take in all.</summary>
    private const int MostBlockBytes = 8 << 20;

    /// <summary>How many bytes of weights, read where they are, a tile of x's rows goes with before the next tile does: they are still in the second-level cache.</summary>
    private const int TilesBytes = 256 << 10;

    private readonly RowTable _x;
    private readonly nint _weight;
    private readonly nint _weightStride;
    private readonly RowTable _output;
    private readonly Place* _places;
    private readonly nint _rows;
    private readonly nint _inner;
    private readonly nint _columns;
    private readonly nint _blockRows, _blockColumns;

    /// <summary>The product, rounded to x's dtype.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="weight">The weights.</param>
    /// <param name="output">Where the product goes.</param>
    /// <param name="threads">For how many threads there should be parts. No bit depends on it.</param>
    public MatrixProduct(Tensor x, Tensor weight, Tensor output, int threads) : this(x, weight, threads) => _output = new RowTable(output);

    /// <summary>Of each block of the product's columns, rounded to x's dtype, the place of each row's greatest element.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="weight">The weights.</param>
    /// <param name="places">A place for each row of the first block, then of the next, of <see cref="ColumnBlocks"/>: <see cref="MostBlocks"/> at most.</param>
    /// <param name="threads">For how many threads there should be parts. No bit depends on it.</param>
    public MatrixProduct(Tensor x, Tensor weight, Place* places, int threads) : this(x, weight, threads) => _places = places;

    private MatrixProduct(Tensor x, Tensor weight, int threads)
    {
        _x = new RowTable(x);
        _weight = weight.Address;
        _weightStride = (nint)weight.Stride(0);
        _rows = (nint)x.Rows;
        _inner = (nint)x.Last;
        _columns = (nint)weight.Shape[0];
        _blockColumns = _rows > RowsAtReadingSpeed
            ? LeastBlockColumns
            : Math.Clamp(_columns / (BlocksOfThread * threads) / LeastBlockColumns * LeastBlockColumns, LeastBlockColumns, MostBlockColumns);
        _blockRows = BlockRows(x, ColumnBlocks);
    }

    public nint Parts => _rows == 0 ? 0 : (_rows + _blockRows - 1) / _blockRows * ColumnBlocks;

    // A part reads its columns' weights, and computes longer on each the more rows there are. Parts that go together copy their rows of x
    // once.
    public nint Grain => _rows > RowsAtReadingSpeed
        ? Math.Max(PartsOfManyRows, PartGrain / (Math.Min(_blockRows, _rows) / RowsAtReadingSpeed))
        : PartGrain;

    /// <summary>How many blocks of columns there are.</summary>
    public nint ColumnBlocks => (_columns + _blockColumns - 1) / _blockColumns;

    private nint PartGrain => KernelContext.GrainOf(_blockColumns * _inner * sizeof(float));

    // For a block of x's rows, its sums, and a panel of weights.
    private long ScratchSize => (_blockRows * (RowStride(_inner) + SumStride)) + (WideDotTile.Weights * PanelStride);

    // Up to how many rows read the weights where they are, in streams. The first tile of rows brings them into the caches, and each converts them
    // again. For float16 that takes as long as the products do: only the rows of one tile do so.
    private static nint StreamedRows<TElement, TLanes>() where TElement : unmanaged where TLanes : struct, ILanes<TLanes>
    {
        if (typeof(TElement) == typeof(Float16Element))
            return DotTile.RowsTogether<TLanes>();
        return TLanes.HasManyRegisters ? 32 : typeof(TElement) == typeof(Float32Element) ? 4 : 16;
    }

    // How many tiles of weights that are read where they are go together: all where they are read once, else as many as stay in the caches.
    private nint TilesTogether<TElement, TLanes>(nint rows, nint width, nint tiles) where TElement : unmanaged where TLanes : struct, ILanes<TLanes> =>
        rows <= DotTile.RowsTogether<TLanes>() ? Math.Max(1, tiles) : Math.Max(1, TilesBytes / (width * _inner * sizeof(TElement)));

    // Rows that do not begin a multiple of 4 KB apart: those would share few of the first-level cache's lines.
    private static nint RowStride(nint inner) => Padding.ToVectorPair(inner) + 16;

    private static nint PanelStride => Padding.ToVectorPair(DotTile.BlockLength + DotTile.LongestRest);

    // For the same reason; and there is room for the products of a last tile's columns that are not there.
    private nint SumStride => _blockColumns + 16;

    /// <summary>How many blocks so many columns are made in at most.</summary>
    public static nint MostBlocks(nint columns) => (columns + LeastBlockColumns - 1) / LeastBlockColumns;

    // A multiple of 4. One row more than three makes better tiles than one less, so that there is always room for it.
    private static nint BlockRows(Tensor x, nint columnBlocks)
    {
        nint fitting = Math.Min(MostBlockBytes / sizeof(float) / RowStride((nint)x.Last), MostBlockRowsOfColumns * columnBlocks);
        return Math.Min(Math.Clamp(fitting, 4, MostBlockRows), (nint)x.Rows + 3) & ~3;
    }

    public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        using Scratch<float> memory = context.Scratch<float>(ScratchSize);
        fixed (float* scratch = memory.Span)
        {
            for (nint part = first; part < end; part++)
            {
                nint firstRow = part / ColumnBlocks * _blockRows, column = part % ColumnBlocks * _blockColumns;
                nint rows = Math.Min(_blockRows, _rows - firstRow), tileRows = TileRows<TLanes>(rows);
                if (part == first || column == 0)
                    CopyRows<TElement, TLanes>(firstRow, rows, tileRows, scratch);
                RunColumns<TElement, TLanes>(firstRow, rows, tileRows, column, Math.Min(_blockColumns, _columns - column), scratch);
            }
        }
    }

    private static bool HasManyWeights<TLanes>(nint rows) where TLanes : struct, ILanes<TLanes> => TLanes.HasManyRegisters && rows >= ManyRows;

    // As many rows as tiles are made of: one of zeros more than a single one, or than three, makes them better.
    private static nint TileRows<TLanes>(nint rows) where TLanes : struct, ILanes<TLanes> =>
        rows % 4 == 3 || (rows % 4 == 1 && HasManyWeights<TLanes>(rows)) ? rows + 1 : rows;

    private void CopyRows<TElement, TLanes>(nint firstRow, nint rows, nint tileRows, float* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint row = 0; row < rows; row++)
            Panel.CopyOnce<TElement, TLanes>((TElement*)_x.At(firstRow + row), _inner, target + (row * RowStride(_inner)));
        for (nint row = rows; row < tileRows; row++)
            new Span<float>(target + (row * RowStride(_inner)), (int)Padding.ToVectorPair(_inner)).Clear();
    }

    private void RunColumns<TElement, TLanes>(nint firstRow, nint rows, nint tileRows, nint firstColumn, nint columns, float* inputs)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float* sums = inputs + (_blockRows * RowStride(_inner)), panel = sums + (_blockRows * SumStride);
        new Span<float>(sums, (int)(tileRows * SumStride)).Clear();

        nint width = HasManyWeights<TLanes>(tileRows) ? WideDotTile.Weights : DotTile.Weights;
        nint streamed = _inner >= 2 * TLanes.Count && tileRows <= StreamedRows<TElement, TLanes>() ? columns / width * width : 0;
        if (streamed > 0)
            AddStreamed<TElement, TLanes>(inputs, tileRows, firstColumn, streamed / width, width, sums);
        for (nint k = 0, end; k < _inner; k = end)
        {
            end = DotTile.BlockEnd(k, _inner);
            for (nint column = streamed; column < columns; column += width)
                AddCopied<TElement, TLanes>(inputs, tileRows, firstColumn, column, width, Math.Min(width, columns - column), k, end - k, sums, panel);
        }

        for (nint row = 0; row < rows; row++)
        {
            // Past the columns there are products with zeros: finite wherever the row is.
            float* rowSums = sums + (row * SumStride);
            if (!Singles.AreFinite<TLanes>(rowSums, columns))
                SumAgain<TElement, TLanes>(inputs + (row * RowStride(_inner)), firstColumn, columns, rowSums, panel);
            if (_places is null)
                Singles.Narrow<TElement, TLanes>(rowSums, columns, (TElement*)_output.At(firstRow + row) + firstColumn);
            else
                _places[(firstColumn / _blockColumns * _rows) + firstRow + row] = Find<TElement, TLanes>(rowSums, columns, (TElement*)panel).After(firstColumn);
        }
    }

    // The rows of a tile lie apart by their part of the block, so that each part is read from one end to the other: the processor fetches such streams
    // ahead by itself, where it would begin anew with each row of some side by side.
    private void AddStreamed<TElement, TLanes>(float* inputs, nint rows, nint firstColumn, nint tiles, nint width, float* sums)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint together = TilesTogether<TElement, TLanes>(rows, width, tiles);
        for (nint tile = 0; tile < tiles; tile += together)
        {
            AddTiles<TElement, TLanes, NoPrefetcher>(
                inputs, rows, (TElement*)_weight + ((firstColumn + tile) * _weightStride), tiles * _weightStride, width, _inner, sums + tile, tiles,
                RowsToPrefetch.None, new TileSteps(Math.Min(together, tiles - tile), 0, _weightStride, 1));
        }
    }

    // The last tile has the rows that are left over. With many rows of x there is time to ask for the next tile's.
    private void AddCopied<TElement, TLanes>(
        float* inputs, nint rows, nint firstColumn, nint column, nint width, nint weights, nint k, nint length, float* sums, float* panel)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        var weight = (TElement*)_weight + ((firstColumn + column) * _weightStride) + k;
        Panel.Copy<TElement, TLanes>(weight, _weightStride, weights, length, panel, PanelStride, width);
        AddTiles<Float32Element, TLanes, LinePrefetcher>(
            inputs + k, rows, (Float32Element*)panel, PanelStride, width, Panel.LengthOf<TLanes>(length), sums + column, 1,
            RowsToPrefetch.Of(weight + (width * _weightStride), _weightStride, length, width), TileSteps.One);
    }

    private void AddTiles<TWeight, TLanes, TPrefetcher>(
        float* inputs, nint rows, TWeight* weight, nint stride, nint width, nint length, float* sums, nint apart, in RowsToPrefetch next, in TileSteps tiles)
        where TWeight : unmanaged, IElement<TWeight>
        where TLanes : struct, ILanes<TLanes>
        where TPrefetcher : struct, IPrefetcher<TPrefetcher>
    {
        if (width == WideDotTile.Weights)
            WideDotTile.Add<TWeight, TLanes, TPrefetcher>(inputs, RowStride(_inner), rows, weight, stride, length, sums, apart, SumStride, next, tiles);
        else
            DotTile.Add<TWeight, TLanes, TPrefetcher>(inputs, RowStride(_inner), rows, weight, stride, length, sums, apart, SumStride, next, tiles);
    }

    private static Place Find<TElement, TLanes>(float* sums, nint columns, TElement* rounded)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        Singles.Narrow<TElement, TLanes>(sums, columns, rounded);
        return FirstGreatest.Find<TElement, TLanes>(rounded, columns);
    }

    // As the definition does it. Rare: overflows of float32, and rows with an infinity or a NaN.
    private void SumAgain<TElement, TLanes>(float* x, nint firstColumn, nint columns, float* sums, float* panel)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint column = 0; column < columns; column++)
        {
            if (float.IsFinite(sums[column]))
                continue;
            var weight = (TElement*)_weight + ((firstColumn + column) * _weightStride);
            double sum = 0;
            for (nint k = 0, end; k < _inner; k = end)
            {
                end = DotTile.BlockEnd(k, _inner);
                Panel.CopyOnce<TElement, TLanes>(weight + k, end - k, panel);
                for (nint i = 0; i < Panel.LengthOf<TLanes>(end - k); i++)
                    sum += (double)x[k + i] * panel[i];
            }

            sums[column] = (float)sum;
        }
    }
}
