using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
    /// <param name="weight">The first of the four rows of weights.</param>
    /// <param name="weightStride">Elements from one of them to the next, wherever it lies.</param>
    /// <param name="count">The rows' length: a multiple of two vectors' lanes.</param>
    /// <param name="sums">Where the first row's first product is added.</param>
    /// <param name="apart">Elements from one of a row's four products to the next.</param>
    /// <param name="sumStride">Elements from one row's products to the next's.</param>
    public static void Add<TWeight, TLanes>(
        float* x, nint xStride, nint rows, TWeight* weight, nint weightStride, nint count, float* sums, nint apart, nint sumStride)
        where TWeight : unmanaged, IElement<TWeight>
        where TLanes : struct, ILanes<TLanes>
    {
        nint row = 0;
        if (TLanes.HasManyRegisters)
        {
            for (; row <= rows - 4; row += 4)
                AddFour<TWeight, TLanes>(x + (row * xStride), xStride, weight, weightStride, count, sums + (row * sumStride), apart, sumStride);
        }

        for (; row <= rows - 2; row += 2)
            AddTwo<TWeight, TLanes>(x + (row * xStride), xStride, weight, weightStride, count, sums + (row * sumStride), apart, sumStride);
        if (row < rows)
            AddOne<TWeight, TLanes>(x + (row * xStride), weight, weightStride, count, sums + (row * sumStride), apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProducts(Vector128<float> products, float* sums, nint apart)
    {
        float* sums2 = sums + (2 * apart);
        sums[0] += products[0];
        sums[apart] += products[1];
        sums2[0] += products[2];
        sums2[apart] += products[3];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddOne<TWeight, TLanes>(
        float* x, TWeight* weight, nint weightStride, nint count, float* sums, nint apart)
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

        AddProducts(TLanes.Sums(s00, s01, s02, s03), sums, apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddTwo<TWeight, TLanes>(
        float* x, nint xStride, TWeight* weight, nint weightStride, nint count, float* sums, nint apart, nint sumStride)
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

        AddProducts(TLanes.Sums(s00, s01, s02, s03), sums, apart);
        AddProducts(TLanes.Sums(s10, s11, s12, s13), sums + sumStride, apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddFour<TWeight, TLanes>(
        float* x, nint xStride, TWeight* weight, nint weightStride, nint count, float* sums, nint apart, nint sumStride)
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

        AddProducts(TLanes.Sums(s00, s01, s02, s03), sums, apart);
        AddProducts(TLanes.Sums(s10, s11, s12, s13), sums + sumStride, apart);
        AddProducts(TLanes.Sums(s20, s21, s22, s23), sums + (2 * sumStride), apart);
        AddProducts(TLanes.Sums(s30, s31, s32, s33), sums + (3 * sumStride), apart);
    }
}
