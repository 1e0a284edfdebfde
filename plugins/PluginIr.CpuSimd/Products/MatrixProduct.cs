using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd.Products;

/// <summary><c>output = x · weightᵀ</c>: one call.</summary>
/// <remarks>
/// <para>x goes through in blocks of rows that fit the second-level cache as float32. For each, weights are read once, four rows at a time
/// and a block of their length at a time, which is copied to the first-level cache when more than one tile of x's rows goes with it.</para>
/// <para>Columns are made in blocks of their own: <see cref="RunColumns"/> depends on no other block.</para>
/// </remarks>
internal readonly unsafe struct MatrixProduct(Tensor x, Tensor weight, Tensor output, float* scratch) : IWork
{
    /// <summary>Up to how many products are summed before the sum is added to the others'.</summary>
    public const int BlockLength = 1024;

    /// <summary>How many of the output's columns are made together.</summary>
    private const int BlockColumns = 256;

    /// <summary>How much of the second-level cache a block of x's rows may take.</summary>
    private const int BlockBytes = 512 * 1024;

    private readonly nint _x = x.Address;
    private readonly nint _weight = weight.Address;
    private readonly nint _output = output.Address;
    private readonly nint _rows = (nint)x.Rows;
    private readonly nint _inner = (nint)x.Last;
    private readonly nint _columns = (nint)output.Last;
    private readonly nint _blockRows = BlockRows(x);
    private readonly float* _scratch = scratch;

    /// <summary>How many float32 of scratch memory a call needs: for a block of x's rows, its sums, and a panel of weights.</summary>
    public static long ScratchSize(Tensor x) =>
        (BlockRows(x) * (RowStride((nint)x.Last) + BlockColumns)) + (DotTile.Weights * PanelStride);

    // Rows that do not begin a multiple of 4 KB apart: those would share few of the first-level cache's lines.
    private static nint RowStride(nint inner) => Panel.PaddedLength(inner) + 16;

    private static nint PanelStride => BlockLength + 16;

    // A multiple of 4. One row more than three makes better tiles than one less, so that there is always room for it.
    private static nint BlockRows(Tensor x)
    {
        nint fitting = BlockBytes / sizeof(float) / RowStride((nint)x.Last);
        return Math.Min(Math.Clamp(fitting, 4, 256), (nint)x.Rows + 3) & ~3;
    }

    public void Run<TElement, TLanes>()
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint first = 0; first < _rows; first += _blockRows)
        {
            nint rows = Math.Min(_blockRows, _rows - first), tileRows = rows % 4 == 3 ? rows + 1 : rows;
            Panel.Copy<TElement, TLanes>((TElement*)_x + (first * _inner), _inner, rows, _inner, _scratch, RowStride(_inner), tileRows);
            for (nint column = 0; column < _columns; column += BlockColumns)
                RunColumns<TElement, TLanes>(first, rows, tileRows, column, Math.Min(BlockColumns, _columns - column));
        }
    }

    private void RunColumns<TElement, TLanes>(nint firstRow, nint rows, nint tileRows, nint firstColumn, nint columns)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float* sums = _scratch + (_blockRows * RowStride(_inner)), panel = sums + (_blockRows * BlockColumns);
        new Span<float>(sums, (int)(tileRows * BlockColumns)).Clear();

        for (nint column = 0; column < columns; column += DotTile.Weights)
        {
            var weight = (TElement*)_weight + ((firstColumn + column) * _inner);
            nint weights = Math.Min(DotTile.Weights, columns - column);
            for (nint k = 0; k < _inner; k += BlockLength)
            {
                nint length = Math.Min(BlockLength, _inner - k);
                if (weights == DotTile.Weights && length % TLanes.Count == 0 && DotTile.IsOne<TLanes>(tileRows))
                {
                    DotTile.Add<TElement, TLanes>(
                        _scratch + k, RowStride(_inner), tileRows, weight + k, _inner, length, sums + column, BlockColumns);
                }
                else
                {
                    Panel.Copy<TElement, TLanes>(weight + k, _inner, weights, length, panel, PanelStride, DotTile.Weights);
                    DotTile.Add<Float32Element, TLanes>(
                        _scratch + k, RowStride(_inner), tileRows, (Float32Element*)panel, PanelStride, Panel.PaddedLength(length),
                        sums + column, BlockColumns);
                }
            }
        }

        for (nint row = 0; row < rows; row++)
        {
            float* rowSums = sums + (row * BlockColumns);
            if (!AreFinite<TLanes>(rowSums, columns))
                SumAgain<TElement, TLanes>(_scratch + (row * RowStride(_inner)), firstColumn, columns, rowSums, panel);
            StoreRow<TElement, TLanes>(rowSums, (TElement*)_output + ((firstRow + row) * _columns) + firstColumn, columns);
        }
    }

    // The greatest of the bits without signs is not finite when any is not. The sums of columns that are not there are zero.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static bool AreFinite<TLanes>(float* sums, nint columns) where TLanes : struct, ILanes<TLanes>
    {
        TLanes magnitude = TLanes.CreateBits(0x7FFF_FFFF), greatest = TLanes.Create(0f);
        for (nint i = 0; i < columns; i += TLanes.Count)
            greatest = TLanes.MaxBits(greatest, TLanes.Load(sums + i) & magnitude);
        return greatest.MaxOfBits() < 0x7F80_0000;
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
            var weight = (TElement*)_weight + ((firstColumn + column) * _inner);
            double sum = 0;
            for (nint k = 0; k < _inner; k += BlockLength)
            {
                nint length = Math.Min(BlockLength, _inner - k);
                Panel.Copy<TElement, TLanes>(weight + k, _inner, 1, length, panel, PanelStride, 1);
                for (nint i = 0; i < length; i++)
                    sum += (double)x[k + i] * panel[i];
            }

            sums[column] = (float)sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void StoreRow<TElement, TLanes>(float* sums, TElement* output, nint columns)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
            TElement.Store(TLanes.Load(sums + i), output + i);
        if (i < columns)
            Partial.Store(TLanes.Load(sums + i), output + i, (int)(columns - i));
    }
}
