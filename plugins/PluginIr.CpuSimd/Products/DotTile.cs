using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Products;

/// <summary>Scalar products of rows of x with four rows of weights: what matrix products and attention's scores are made of.</summary>
/// <remarks>
/// <para>Each product has one vector of partial sums of its own, into which every lane adds the products that are its, in the order of k;
/// the lanes are added up at the end. So a product's bits depend on its two rows alone, not on how many rows go through together, and
/// however many do, there are enough sums under way to hide an addition's latency.</para>
/// <para>Rows of x that go through together share the weights' loads and conversions. Those of x are in the order in which weights are read:
/// see <see cref="Panel"/>.</para>
/// </remarks>
internal static unsafe class DotTile
{
    /// <summary>How many rows of weights a tile has.</summary>
    public const int Weights = 4;

    /// <summary>Adds the products of every row of x with four rows of weights to a table of sums.</summary>
    /// <param name="x">The rows of x.</param>
    /// <param name="xStride">Elements from one row of x to the next.</param>
    /// <param name="rows">How many rows of x.</param>
    /// <param name="weight">The four rows of weights.</param>
    /// <param name="weightStride">Elements from one to the next.</param>
    /// <param name="ahead">Elements to the rows of weights that will be needed soon, which are fetched meanwhile; 0 for none.</param>
    /// <param name="count">The rows' length: a multiple of two vectors' lanes.</param>
    /// <param name="sums">Where the first row's four products are added; the other rows' follow.</param>
    /// <param name="sumStride">Elements from one row's products to the next's.</param>
    public static void Add<TWeight, TLanes>(
        float* x, nint xStride, nint rows, TWeight* weight, nint weightStride, nint ahead, nint count, float* sums, nint sumStride)
        where TWeight : unmanaged, IElement<TWeight>
        where TLanes : struct, ILanes<TLanes>
    {
        // The first rows fetch for all.
        nint row = 0;
        if (TLanes.HasManyRegisters)
        {
            for (; row <= rows - 4; row += 4, ahead = 0)
                AddFour<TWeight, TLanes>(x + (row * xStride), xStride, weight, weightStride, ahead, count, sums + (row * sumStride), sumStride);
        }

        for (; row <= rows - 2; row += 2, ahead = 0)
            AddTwo<TWeight, TLanes>(x + (row * xStride), xStride, weight, weightStride, ahead, count, sums + (row * sumStride), sumStride);
        if (row < rows)
            AddOne<TWeight, TLanes>(x + (row * xStride), weight, weightStride, ahead, count, sums + (row * sumStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddOne<TWeight, TLanes>(
        float* x, TWeight* weight, nint weightStride, nint ahead, nint count, float* sums)
        where TWeight : unmanaged, IElement<TWeight>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0f);
        TLanes s00 = zero, s01 = zero, s02 = zero, s03 = zero;
        TWeight* weight2 = weight + (2 * weightStride);
        for (nint k = 0; k < count; k += 2 * TLanes.Count)
        {
            TLanes w0 = TWeight.LoadFirst<TLanes>(weight + k), w1 = TWeight.LoadFirst<TLanes>(weight + weightStride + k);
            TLanes w2 = TWeight.LoadFirst<TLanes>(weight2 + k), w3 = TWeight.LoadFirst<TLanes>(weight2 + weightStride + k);
            if (ahead != 0)
                Ahead.Fetch(weight + ahead + k, weightStride, 2 * TLanes.Count);
            TLanes v = TLanes.Load(x + k);
            s00 = TLanes.MultiplyAdd(v, w0, s00);
            s01 = TLanes.MultiplyAdd(v, w1, s01);
            s02 = TLanes.MultiplyAdd(v, w2, s02);
            s03 = TLanes.MultiplyAdd(v, w3, s03);

            w0 = TWeight.LoadSecond<TLanes>(weight + k);
            w1 = TWeight.LoadSecond<TLanes>(weight + weightStride + k);
            w2 = TWeight.LoadSecond<TLanes>(weight2 + k);
            w3 = TWeight.LoadSecond<TLanes>(weight2 + weightStride + k);
            v = TLanes.Load(x + k + TLanes.Count);
            s00 = TLanes.MultiplyAdd(v, w0, s00);
            s01 = TLanes.MultiplyAdd(v, w1, s01);
            s02 = TLanes.MultiplyAdd(v, w2, s02);
            s03 = TLanes.MultiplyAdd(v, w3, s03);
        }

        TLanes.AddSums(s00, s01, s02, s03, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddTwo<TWeight, TLanes>(
        float* x, nint xStride, TWeight* weight, nint weightStride, nint ahead, nint count, float* sums, nint sumStride)
        where TWeight : unmanaged, IElement<TWeight>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0f);
        TLanes s00 = zero, s01 = zero, s02 = zero, s03 = zero;
        TLanes s10 = zero, s11 = zero, s12 = zero, s13 = zero;
        TWeight* weight2 = weight + (2 * weightStride);
        for (nint k = 0; k < count; k += 2 * TLanes.Count)
        {
            TLanes w0 = TWeight.LoadFirst<TLanes>(weight + k), w1 = TWeight.LoadFirst<TLanes>(weight + weightStride + k);
            TLanes w2 = TWeight.LoadFirst<TLanes>(weight2 + k), w3 = TWeight.LoadFirst<TLanes>(weight2 + weightStride + k);
            if (ahead != 0)
                Ahead.Fetch(weight + ahead + k, weightStride, 2 * TLanes.Count);
            TLanes v = TLanes.Load(x + k);
            s00 = TLanes.MultiplyAdd(v, w0, s00);
            s01 = TLanes.MultiplyAdd(v, w1, s01);
            s02 = TLanes.MultiplyAdd(v, w2, s02);
            s03 = TLanes.MultiplyAdd(v, w3, s03);
            v = TLanes.Load(x + xStride + k);
            s10 = TLanes.MultiplyAdd(v, w0, s10);
            s11 = TLanes.MultiplyAdd(v, w1, s11);
            s12 = TLanes.MultiplyAdd(v, w2, s12);
            s13 = TLanes.MultiplyAdd(v, w3, s13);

            w0 = TWeight.LoadSecond<TLanes>(weight + k);
            w1 = TWeight.LoadSecond<TLanes>(weight + weightStride + k);
            w2 = TWeight.LoadSecond<TLanes>(weight2 + k);
            w3 = TWeight.LoadSecond<TLanes>(weight2 + weightStride + k);
            v = TLanes.Load(x + k + TLanes.Count);
            s00 = TLanes.MultiplyAdd(v, w0, s00);
            s01 = TLanes.MultiplyAdd(v, w1, s01);
            s02 = TLanes.MultiplyAdd(v, w2, s02);
            s03 = TLanes.MultiplyAdd(v, w3, s03);
            v = TLanes.Load(x + xStride + k + TLanes.Count);
            s10 = TLanes.MultiplyAdd(v, w0, s10);
            s11 = TLanes.MultiplyAdd(v, w1, s11);
            s12 = TLanes.MultiplyAdd(v, w2, s12);
            s13 = TLanes.MultiplyAdd(v, w3, s13);
        }

        TLanes.AddSums(s00, s01, s02, s03, sums);
        TLanes.AddSums(s10, s11, s12, s13, sums + sumStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddFour<TWeight, TLanes>(
        float* x, nint xStride, TWeight* weight, nint weightStride, nint ahead, nint count, float* sums, nint sumStride)
        where TWeight : unmanaged, IElement<TWeight>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0f);
        TLanes s00 = zero, s01 = zero, s02 = zero, s03 = zero;
        TLanes s10 = zero, s11 = zero, s12 = zero, s13 = zero;
        TLanes s20 = zero, s21 = zero, s22 = zero, s23 = zero;
        TLanes s30 = zero, s31 = zero, s32 = zero, s33 = zero;
        float* x2 = x + (2 * xStride);
        TWeight* weight2 = weight + (2 * weightStride);
        for (nint k = 0; k < count; k += 2 * TLanes.Count)
        {
            TLanes w0 = TWeight.LoadFirst<TLanes>(weight + k), w1 = TWeight.LoadFirst<TLanes>(weight + weightStride + k);
            TLanes w2 = TWeight.LoadFirst<TLanes>(weight2 + k), w3 = TWeight.LoadFirst<TLanes>(weight2 + weightStride + k);
            if (ahead != 0)
                Ahead.Fetch(weight + ahead + k, weightStride, 2 * TLanes.Count);
            TLanes v = TLanes.Load(x + k);
            s00 = TLanes.MultiplyAdd(v, w0, s00);
            s01 = TLanes.MultiplyAdd(v, w1, s01);
            s02 = TLanes.MultiplyAdd(v, w2, s02);
            s03 = TLanes.MultiplyAdd(v, w3, s03);
            v = TLanes.Load(x + xStride + k);
            s10 = TLanes.MultiplyAdd(v, w0, s10);
            s11 = TLanes.MultiplyAdd(v, w1, s11);
            s12 = TLanes.MultiplyAdd(v, w2, s12);
            s13 = TLanes.MultiplyAdd(v, w3, s13);
            v = TLanes.Load(x2 + k);
            s20 = TLanes.MultiplyAdd(v, w0, s20);
            s21 = TLanes.MultiplyAdd(v, w1, s21);
            s22 = TLanes.MultiplyAdd(v, w2, s22);
            s23 = TLanes.MultiplyAdd(v, w3, s23);
            v = TLanes.Load(x2 + xStride + k);
            s30 = TLanes.MultiplyAdd(v, w0, s30);
            s31 = TLanes.MultiplyAdd(v, w1, s31);
            s32 = TLanes.MultiplyAdd(v, w2, s32);
            s33 = TLanes.MultiplyAdd(v, w3, s33);

            w0 = TWeight.LoadSecond<TLanes>(weight + k);
            w1 = TWeight.LoadSecond<TLanes>(weight + weightStride + k);
            w2 = TWeight.LoadSecond<TLanes>(weight2 + k);
            w3 = TWeight.LoadSecond<TLanes>(weight2 + weightStride + k);
            v = TLanes.Load(x + k + TLanes.Count);
            s00 = TLanes.MultiplyAdd(v, w0, s00);
            s01 = TLanes.MultiplyAdd(v, w1, s01);
            s02 = TLanes.MultiplyAdd(v, w2, s02);
            s03 = TLanes.MultiplyAdd(v, w3, s03);
            v = TLanes.Load(x + xStride + k + TLanes.Count);
            s10 = TLanes.MultiplyAdd(v, w0, s10);
            s11 = TLanes.MultiplyAdd(v, w1, s11);
            s12 = TLanes.MultiplyAdd(v, w2, s12);
            s13 = TLanes.MultiplyAdd(v, w3, s13);
            v = TLanes.Load(x2 + k + TLanes.Count);
            s20 = TLanes.MultiplyAdd(v, w0, s20);
            s21 = TLanes.MultiplyAdd(v, w1, s21);
            s22 = TLanes.MultiplyAdd(v, w2, s22);
            s23 = TLanes.MultiplyAdd(v, w3, s23);
            v = TLanes.Load(x2 + xStride + k + TLanes.Count);
            s30 = TLanes.MultiplyAdd(v, w0, s30);
            s31 = TLanes.MultiplyAdd(v, w1, s31);
            s32 = TLanes.MultiplyAdd(v, w2, s32);
            s33 = TLanes.MultiplyAdd(v, w3, s33);
        }

        TLanes.AddSums(s00, s01, s02, s03, sums);
        TLanes.AddSums(s10, s11, s12, s13, sums + sumStride);
        TLanes.AddSums(s20, s21, s22, s23, sums + (2 * sumStride));
        TLanes.AddSums(s30, s31, s32, s33, sums + (3 * sumStride));
    }
}
