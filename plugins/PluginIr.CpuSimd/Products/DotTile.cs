using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Products;

/// <summary>Scalar products of rows of x with four rows of weights: what matrix products and attention's scores are made of.</summary>
/// <remarks>
/// <para>Each product of a block has one vector of partial sums of its own, into which every lane adds the products that are its, in the order of k;
/// the lanes are added up at the block's end. So a product's bits depend on its two rows alone, not on how many rows go through together, and
/// however many do, there are enough sums under way to hide an addition's latency.</para>
/// <para>The last two vectors are a row's last elements: weights that those before have too are multiplied with zeros, which x has there
/// (<see cref="Panel.CopyOnce"/>). Of an infinity or a NaN among them comes a NaN, as of the row's own product; whoever wants the exact one computes it
/// anew.</para>
/// <para>Rows of x that go through together share the weights' loads and conversions. Those of x are in the order in which weights are read:
/// see <see cref="Panel"/>.</para>
/// <para>Two vectors of 16-bit elements come of the same loads. The JIT would keep some of those for the second vector, and sums in memory
/// meanwhile, which takes up to 1.8 times as long: so tiles get the weights' address again, and it is not told that it is the same.</para>
/// </remarks>
internal static unsafe class DotTile
{
    /// <summary>How many rows of weights a tile has.</summary>
    public const int Weights = 4;

    /// <summary>How many products are summed before the sum is added to the others'; see <see cref="BlockEnd"/>.</summary>
    public const int BlockLength = 1024;

    /// <summary>How many more a last block may have than <see cref="BlockLength"/>: what is less than two vectors is no block by itself.</summary>
    public const int LongestRest = 32;

    /// <summary>Adds the products of every row of x with four rows of weights to a table of sums, and does so for further tiles.</summary>
    /// <param name="x">The rows of x, as <see cref="Panel.CopyOnce"/> copies them.</param>
    /// <param name="xStride">Elements from one row of x to the next.</param>
    /// <param name="rows">How many rows of x.</param>
    /// <param name="weight">The first of the four rows of weights.</param>
    /// <param name="weightStride">Elements from one of them to the next, wherever it lies.</param>
    /// <param name="count">The rows' length, of any number of blocks: two vectors' lanes at least.</param>
    /// <param name="sums">Where the first row's first product is added.</param>
    /// <param name="apart">Elements from one of a row's four products to the next.</param>
    /// <param name="sumStride">Elements from one row's products to the next's.</param>
    /// <param name="next">The rows that are needed next, for <typeparamref name="TPrefetcher"/>.</param>
    /// <param name="tiles">The tiles.</param>
    public static void Add<TWeight, TLanes, TPrefetcher>(
        float* x, nint xStride, nint rows, TWeight* weight, nint weightStride, nint count, float* sums, nint apart, nint sumStride, in RowsToPrefetch next,
        in TileSteps tiles)
        where TWeight : unmanaged, IElement<TWeight>
        where TLanes : struct, ILanes<TLanes>
        where TPrefetcher : struct, IPrefetcher<TPrefetcher>
    {
        nint row = 0, steps = Panel.LengthOf<TLanes>(count) / (2 * TLanes.Count);
        if (TLanes.HasManyRegisters)
        {
            for (; row <= rows - 4; row += 4)
            {
                AddFour<TWeight, TLanes, TPrefetcher>(
                    x + (row * xStride), xStride, weight, weightStride, count, sums + (row * sumStride), apart, sumStride,
                    TPrefetcher.Of(next, row / 4, rows / 4, steps), tiles);
            }
        }

        for (; row <= rows - 2; row += 2)
        {
            AddTwo<TWeight, TLanes, TPrefetcher>(
                x + (row * xStride), xStride, weight, weight, weightStride, count, sums + (row * sumStride), apart, sumStride,
                TPrefetcher.Of(next, row / 2, rows / 2, steps), tiles);
        }

        if (row < rows)
            AddOne<TWeight, TLanes>(x + (row * xStride), weight, weightStride, count, sums + (row * sumStride), apart, tiles);
    }

    /// <summary>Where a block ends.</summary>
    /// <param name="k">Where it begins.</param>
    /// <param name="count">The rows' length, or that of their copies.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint BlockEnd(nint k, nint count) => count - k <= BlockLength + LongestRest ? count : k + BlockLength;

    /// <summary>Up to how many rows of x go through together.</summary>
    public static nint RowsTogether<TLanes>() where TLanes : struct, ILanes<TLanes> => TLanes.HasManyRegisters ? 4 : 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddOne<TWeight, TLanes>(
        float* x, TWeight* weight, nint weightStride, nint count, float* sums, nint apart, in TileSteps tiles)
        where TWeight : unmanaged, IElement<TWeight>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0f);
        nint last = count - (2 * TLanes.Count);
        for (nint tile = 0; tile < tiles.Count; tile++)
        {
            TWeight* weight2 = weight + (2 * weightStride);
            for (nint k = 0; k < count;)
            {
                TLanes s00 = zero, s01 = zero, s02 = zero, s03 = zero;
                for (nint end = BlockEnd(k, count); k < end; k += 2 * TLanes.Count)
                {
                    nint at = Math.Min(k, last);
                    TLanes w0 = TWeight.LoadFirst<TLanes>(weight + at), w1 = TWeight.LoadFirst<TLanes>(weight + weightStride + at);
                    TLanes w2 = TWeight.LoadFirst<TLanes>(weight2 + at), w3 = TWeight.LoadFirst<TLanes>(weight2 + weightStride + at);
                    AddRow(TLanes.Load(x + k), w0, w1, w2, w3, ref s00, ref s01, ref s02, ref s03);

                    w0 = TWeight.LoadSecond<TLanes>(weight + at);
                    w1 = TWeight.LoadSecond<TLanes>(weight + weightStride + at);
                    w2 = TWeight.LoadSecond<TLanes>(weight2 + at);
                    w3 = TWeight.LoadSecond<TLanes>(weight2 + weightStride + at);
                    AddRow(TLanes.Load(x + k + TLanes.Count), w0, w1, w2, w3, ref s00, ref s01, ref s02, ref s03);
                }

                SumTable.Add(TLanes.Sums(s00, s01, s02, s03), sums, apart);
            }

            x += tiles.X;
            weight += tiles.Weight;
            sums += tiles.Sums;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddTwo<TWeight, TLanes, TPrefetcher>(
        float* x, nint xStride, TWeight* weight, TWeight* weightAgain, nint weightStride, nint count, float* sums, nint apart, nint sumStride, TPrefetcher prefetcher,
        in TileSteps tiles)
        where TWeight : unmanaged, IElement<TWeight>
        where TLanes : struct, ILanes<TLanes>
        where TPrefetcher : struct, IPrefetcher<TPrefetcher>
    {
        TLanes zero = TLanes.Create(0f);
        nint last = count - (2 * TLanes.Count);
        for (nint tile = 0; tile < tiles.Count; tile++)
        {
            TWeight* weight2 = weight + (2 * weightStride), weight2Again = sizeof(TWeight) < sizeof(float) ? weightAgain + (2 * weightStride) : weight2;
            for (nint k = 0; k < count;)
            {
                TLanes s00 = zero, s01 = zero, s02 = zero, s03 = zero;
                TLanes s10 = zero, s11 = zero, s12 = zero, s13 = zero;
                for (nint end = BlockEnd(k, count); k < end; k += 2 * TLanes.Count)
                {
                    prefetcher.Fetch();
                    nint at = Math.Min(k, last);
                    TLanes w0 = TWeight.LoadFirst<TLanes>(weight + at), w1 = TWeight.LoadFirst<TLanes>(weight + weightStride + at);
                    TLanes w2 = TWeight.LoadFirst<TLanes>(weight2 + at), w3 = TWeight.LoadFirst<TLanes>(weight2 + weightStride + at);
                    AddRow(TLanes.Load(x + k), w0, w1, w2, w3, ref s00, ref s01, ref s02, ref s03);
                    AddRow(TLanes.Load(x + xStride + k), w0, w1, w2, w3, ref s10, ref s11, ref s12, ref s13);

                    w0 = TWeight.LoadSecond<TLanes>(weight + at);
                    w1 = TWeight.LoadSecond<TLanes>(weight + weightStride + at);
                    w2 = TWeight.LoadSecond<TLanes>(weight2Again + at);
                    w3 = TWeight.LoadSecond<TLanes>(weight2Again + weightStride + at);
                    AddRow(TLanes.Load(x + k + TLanes.Count), w0, w1, w2, w3, ref s00, ref s01, ref s02, ref s03);
                    AddRow(TLanes.Load(x + xStride + k + TLanes.Count), w0, w1, w2, w3, ref s10, ref s11, ref s12, ref s13);
                }

                SumTable.Add(TLanes.Sums(s00, s01, s02, s03), sums, apart);
                SumTable.Add(TLanes.Sums(s10, s11, s12, s13), sums + sumStride, apart);
            }

            x += tiles.X;
            weight += tiles.Weight;
            weightAgain += tiles.Weight;
            sums += tiles.Sums;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddFour<TWeight, TLanes, TPrefetcher>(
        float* x, nint xStride, TWeight* weight, nint weightStride, nint count, float* sums, nint apart, nint sumStride, TPrefetcher prefetcher,
        in TileSteps tiles)
        where TWeight : unmanaged, IElement<TWeight>
        where TLanes : struct, ILanes<TLanes>
        where TPrefetcher : struct, IPrefetcher<TPrefetcher>
    {
        TLanes zero = TLanes.Create(0f);
        nint last = count - (2 * TLanes.Count);
        for (nint tile = 0; tile < tiles.Count; tile++)
        {
            float* x2 = x + (2 * xStride);
            TWeight* weight2 = weight + (2 * weightStride);
            for (nint k = 0; k < count;)
            {
                TLanes s00 = zero, s01 = zero, s02 = zero, s03 = zero;
                TLanes s10 = zero, s11 = zero, s12 = zero, s13 = zero;
                TLanes s20 = zero, s21 = zero, s22 = zero, s23 = zero;
                TLanes s30 = zero, s31 = zero, s32 = zero, s33 = zero;
                for (nint end = BlockEnd(k, count); k < end; k += 2 * TLanes.Count)
                {
                    prefetcher.Fetch();
                    nint at = Math.Min(k, last);
                    TLanes w0 = TWeight.LoadFirst<TLanes>(weight + at), w1 = TWeight.LoadFirst<TLanes>(weight + weightStride + at);
                    TLanes w2 = TWeight.LoadFirst<TLanes>(weight2 + at), w3 = TWeight.LoadFirst<TLanes>(weight2 + weightStride + at);
                    AddRow(TLanes.Load(x + k), w0, w1, w2, w3, ref s00, ref s01, ref s02, ref s03);
                    AddRow(TLanes.Load(x + xStride + k), w0, w1, w2, w3, ref s10, ref s11, ref s12, ref s13);
                    AddRow(TLanes.Load(x2 + k), w0, w1, w2, w3, ref s20, ref s21, ref s22, ref s23);
                    AddRow(TLanes.Load(x2 + xStride + k), w0, w1, w2, w3, ref s30, ref s31, ref s32, ref s33);

                    w0 = TWeight.LoadSecond<TLanes>(weight + at);
                    w1 = TWeight.LoadSecond<TLanes>(weight + weightStride + at);
                    w2 = TWeight.LoadSecond<TLanes>(weight2 + at);
                    w3 = TWeight.LoadSecond<TLanes>(weight2 + weightStride + at);
                    AddRow(TLanes.Load(x + k + TLanes.Count), w0, w1, w2, w3, ref s00, ref s01, ref s02, ref s03);
                    AddRow(TLanes.Load(x + xStride + k + TLanes.Count), w0, w1, w2, w3, ref s10, ref s11, ref s12, ref s13);
                    AddRow(TLanes.Load(x2 + k + TLanes.Count), w0, w1, w2, w3, ref s20, ref s21, ref s22, ref s23);
                    AddRow(TLanes.Load(x2 + xStride + k + TLanes.Count), w0, w1, w2, w3, ref s30, ref s31, ref s32, ref s33);
                }

                SumTable.Add(TLanes.Sums(s00, s01, s02, s03), sums, apart);
                SumTable.Add(TLanes.Sums(s10, s11, s12, s13), sums + sumStride, apart);
                SumTable.Add(TLanes.Sums(s20, s21, s22, s23), sums + (2 * sumStride), apart);
                SumTable.Add(TLanes.Sums(s30, s31, s32, s33), sums + (3 * sumStride), apart);
            }

            x += tiles.X;
            weight += tiles.Weight;
            sums += tiles.Sums;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow<TLanes>(
        TLanes v, TLanes w0, TLanes w1, TLanes w2, TLanes w3, ref TLanes s0, ref TLanes s1, ref TLanes s2, ref TLanes s3)
        where TLanes : struct, ILanes<TLanes>
    {
        s0 = TLanes.MultiplyAdd(v, w0, s0);
        s1 = TLanes.MultiplyAdd(v, w1, s1);
        s2 = TLanes.MultiplyAdd(v, w2, s2);
        s3 = TLanes.MultiplyAdd(v, w3, s3);
    }
}
