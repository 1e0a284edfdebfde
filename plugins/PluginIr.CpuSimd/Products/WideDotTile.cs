using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Products;

/// <summary>The same products as <see cref="DotTile"/>'s, bit for bit, with six rows of weights: these read many rows of x less often.</summary>
/// <remarks>Only where there are many registers. See <see cref="DotTile"/> for the order of sums, and why tiles get the weights' address again.</remarks>
internal static unsafe class WideDotTile
{
    /// <summary>How many rows of weights a tile has.</summary>
    public const int Weights = 6;

    /// <summary>Adds the products of every row of x with six rows of weights to a table of sums, and does so for further tiles.</summary>
    /// <param name="x">The rows of x.</param>
    /// <param name="xStride">Elements from one row of x to the next.</param>
    /// <param name="rows">How many rows of x: an even number.</param>
    /// <param name="weight">The first of the six rows of weights.</param>
    /// <param name="weightStride">Elements from one of them to the next, wherever it lies.</param>
    /// <param name="count">The rows' length, of any number of blocks: two vectors' lanes at least.</param>
    /// <param name="sums">Where the first row's first product is added.</param>
    /// <param name="apart">Elements from one of a row's six products to the next.</param>
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
        for (; row <= rows - 4; row += 4)
        {
            AddFour<TWeight, TLanes, TPrefetcher>(
                x + (row * xStride), xStride, weight, weight, weightStride, count, sums + (row * sumStride), apart, sumStride,
                TPrefetcher.Of(next, row / 4, rows / 4, steps), tiles);
        }

        if (row < rows)
            AddTwo<TWeight, TLanes>(x + (row * xStride), xStride, weight, weightStride, count, sums + (row * sumStride), apart, sumStride, tiles);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddFour<TWeight, TLanes, TPrefetcher>(
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
            float* x2 = x + (2 * xStride);
            TWeight* weight3 = weight + (3 * weightStride), weight3Again = sizeof(TWeight) < sizeof(float) ? weightAgain + (3 * weightStride) : weight3;
            for (nint k = 0; k < count;)
            {
                TLanes s00 = zero, s01 = zero, s02 = zero, s03 = zero, s04 = zero, s05 = zero;
                TLanes s10 = zero, s11 = zero, s12 = zero, s13 = zero, s14 = zero, s15 = zero;
                TLanes s20 = zero, s21 = zero, s22 = zero, s23 = zero, s24 = zero, s25 = zero;
                TLanes s30 = zero, s31 = zero, s32 = zero, s33 = zero, s34 = zero, s35 = zero;
                for (nint end = DotTile.BlockEnd(k, count); k < end; k += 2 * TLanes.Count)
                {
                    prefetcher.Fetch();
                    nint at = Math.Min(k, last);
                    TLanes v0 = TLanes.Load(x + k), v1 = TLanes.Load(x + xStride + k);
                    TLanes v2 = TLanes.Load(x2 + k), v3 = TLanes.Load(x2 + xStride + k);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight + at), v0, v1, v2, v3, ref s00, ref s10, ref s20, ref s30);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight + weightStride + at), v0, v1, v2, v3, ref s01, ref s11, ref s21, ref s31);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight + (2 * weightStride) + at), v0, v1, v2, v3, ref s02, ref s12, ref s22, ref s32);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight3 + at), v0, v1, v2, v3, ref s03, ref s13, ref s23, ref s33);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight3 + weightStride + at), v0, v1, v2, v3, ref s04, ref s14, ref s24, ref s34);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight3 + (2 * weightStride) + at), v0, v1, v2, v3, ref s05, ref s15, ref s25, ref s35);

                    v0 = TLanes.Load(x + k + TLanes.Count);
                    v1 = TLanes.Load(x + xStride + k + TLanes.Count);
                    v2 = TLanes.Load(x2 + k + TLanes.Count);
                    v3 = TLanes.Load(x2 + xStride + k + TLanes.Count);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight + at), v0, v1, v2, v3, ref s00, ref s10, ref s20, ref s30);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight + weightStride + at), v0, v1, v2, v3, ref s01, ref s11, ref s21, ref s31);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight + (2 * weightStride) + at), v0, v1, v2, v3, ref s02, ref s12, ref s22, ref s32);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight3Again + at), v0, v1, v2, v3, ref s03, ref s13, ref s23, ref s33);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight3Again + weightStride + at), v0, v1, v2, v3, ref s04, ref s14, ref s24, ref s34);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight3Again + (2 * weightStride) + at), v0, v1, v2, v3, ref s05, ref s15, ref s25, ref s35);
                }

                float* sums2 = sums + (2 * sumStride);
                SumTable.Add(TLanes.Sums(s00, s01, s02, s03), sums, apart);
                SumTable.Add(TLanes.Sums(s10, s11, s12, s13), sums + sumStride, apart);
                SumTable.Add(TLanes.Sums(s20, s21, s22, s23), sums2, apart);
                SumTable.Add(TLanes.Sums(s30, s31, s32, s33), sums2 + sumStride, apart);
                SumTable.AddPairs(TLanes.Sums(s04, s05, s14, s15), sums + (4 * apart), apart, sumStride);
                SumTable.AddPairs(TLanes.Sums(s24, s25, s34, s35), sums2 + (4 * apart), apart, sumStride);
            }

            x += tiles.X;
            weight += tiles.Weight;
            weightAgain += tiles.Weight;
            sums += tiles.Sums;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddTwo<TWeight, TLanes>(
        float* x, nint xStride, TWeight* weight, nint weightStride, nint count, float* sums, nint apart, nint sumStride, in TileSteps tiles)
        where TWeight : unmanaged, IElement<TWeight>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0f);
        nint last = count - (2 * TLanes.Count);
        for (nint tile = 0; tile < tiles.Count; tile++)
        {
            TWeight* weight3 = weight + (3 * weightStride);
            for (nint k = 0; k < count;)
            {
                TLanes s00 = zero, s01 = zero, s02 = zero, s03 = zero, s04 = zero, s05 = zero;
                TLanes s10 = zero, s11 = zero, s12 = zero, s13 = zero, s14 = zero, s15 = zero;
                for (nint end = DotTile.BlockEnd(k, count); k < end; k += 2 * TLanes.Count)
                {
                    nint at = Math.Min(k, last);
                    TLanes v0 = TLanes.Load(x + k), v1 = TLanes.Load(x + xStride + k);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight + at), v0, v1, ref s00, ref s10);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight + weightStride + at), v0, v1, ref s01, ref s11);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight + (2 * weightStride) + at), v0, v1, ref s02, ref s12);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight3 + at), v0, v1, ref s03, ref s13);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight3 + weightStride + at), v0, v1, ref s04, ref s14);
                    AddWeight(TWeight.LoadFirst<TLanes>(weight3 + (2 * weightStride) + at), v0, v1, ref s05, ref s15);

                    v0 = TLanes.Load(x + k + TLanes.Count);
                    v1 = TLanes.Load(x + xStride + k + TLanes.Count);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight + at), v0, v1, ref s00, ref s10);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight + weightStride + at), v0, v1, ref s01, ref s11);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight + (2 * weightStride) + at), v0, v1, ref s02, ref s12);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight3 + at), v0, v1, ref s03, ref s13);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight3 + weightStride + at), v0, v1, ref s04, ref s14);
                    AddWeight(TWeight.LoadSecond<TLanes>(weight3 + (2 * weightStride) + at), v0, v1, ref s05, ref s15);
                }

                SumTable.Add(TLanes.Sums(s00, s01, s02, s03), sums, apart);
                SumTable.Add(TLanes.Sums(s10, s11, s12, s13), sums + sumStride, apart);
                SumTable.AddPairs(TLanes.Sums(s04, s05, s14, s15), sums + (4 * apart), apart, sumStride);
            }

            x += tiles.X;
            weight += tiles.Weight;
            sums += tiles.Sums;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddWeight<TLanes>(TLanes weight, TLanes v0, TLanes v1, ref TLanes s0, ref TLanes s1)
        where TLanes : struct, ILanes<TLanes>
    {
        s0 = TLanes.MultiplyAdd(v0, weight, s0);
        s1 = TLanes.MultiplyAdd(v1, weight, s1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddWeight<TLanes>(
        TLanes weight, TLanes v0, TLanes v1, TLanes v2, TLanes v3, ref TLanes s0, ref TLanes s1, ref TLanes s2, ref TLanes s3)
        where TLanes : struct, ILanes<TLanes>
    {
        AddWeight(weight, v0, v1, ref s0, ref s1);
        AddWeight(weight, v2, v3, ref s2, ref s3);
    }
}
