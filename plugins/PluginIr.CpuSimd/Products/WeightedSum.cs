using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Products;

/// <summary>Sums of rows of values, each times a weight: what attention makes of its values.</summary>
/// <remarks>
/// Every element of a sum is added to in the order of the values' rows, by the same operation, however many sums go through together and
/// wherever the rows are parted between calls: a sum's bits depend on its weights and values alone. Sums that go through together share
/// the values' loads and conversions. Sums are in the order in which values are read: see <see cref="Panel"/>.
/// </remarks>
internal static unsafe class WeightedSum
{
    private const int Columns = 4;

    /// <summary>Adds <c>weights · values</c> to a table of sums.</summary>
    /// <param name="weights">The first sum's weights, one for each row of values.</param>
    /// <param name="weightStride">Elements from one sum's weights to the next's.</param>
    /// <param name="sumCount">How many sums.</param>
    /// <param name="values">The rows of values.</param>
    /// <param name="valueStride">Elements from one row to the next.</param>
    /// <param name="ahead">Elements to the rows of values that come soon, which are fetched meanwhile; 0 for none.</param>
    /// <param name="rows">How many rows of values.</param>
    /// <param name="count">The rows' length: two vectors' lanes at least.</param>
    /// <param name="sums">The first sum; the others follow. They have room for whole pairs of vectors.</param>
    /// <param name="sumStride">Elements from one sum to the next.</param>
    public static void Add<TValue, TLanes>(
        float* weights, nint weightStride, nint sumCount, TValue* values, nint valueStride, nint ahead, nint rows, nint count, float* sums,
        nint sumStride)
        where TValue : unmanaged, IElement<TValue>
        where TLanes : struct, ILanes<TLanes>
    {
        nint sum = 0;
        if (TLanes.HasManyRegisters)
        {
            for (; sum <= sumCount - 4; sum += 4)
            {
                AddFour<TValue, TLanes>(
                    weights + (sum * weightStride), weightStride, values, valueStride, ahead, rows, count, sums + (sum * sumStride), sumStride);
            }
        }

        for (; sum <= sumCount - 2; sum += 2)
        {
            AddTwo<TValue, TLanes>(
                weights + (sum * weightStride), weightStride, values, valueStride, ahead, rows, count, sums + (sum * sumStride), sumStride);
        }

        if (sum < sumCount)
            AddOne<TValue, TLanes>(weights + (sum * weightStride), values, valueStride, ahead, rows, count, sums + (sum * sumStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddOne<TValue, TLanes>(float* weights, TValue* values, nint valueStride, nint ahead, nint rows, nint count, float* sums)
        where TValue : unmanaged, IElement<TValue>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= count - (Columns * TLanes.Count); i += Columns * TLanes.Count)
        {
            float* sum = sums + i;
            Load(sum, out TLanes s0, out TLanes s1, out TLanes s2, out TLanes s3);
            TValue* value = values + i;
            for (nint row = 0; row < rows; row++, value += valueStride)
            {
                Prefetch.Elements(value + ahead, Columns * TLanes.Count);
                TLanes weight = TLanes.Create(weights[row]);
                s0 = TLanes.MultiplyAdd(weight, TValue.LoadFirst<TLanes>(value), s0);
                s1 = TLanes.MultiplyAdd(weight, TValue.LoadSecond<TLanes>(value), s1);
                s2 = TLanes.MultiplyAdd(weight, TValue.LoadFirst<TLanes>(value + (2 * TLanes.Count)), s2);
                s3 = TLanes.MultiplyAdd(weight, TValue.LoadSecond<TLanes>(value + (2 * TLanes.Count)), s3);
            }

            Store(sum, s0, s1, s2, s3);
        }

        if (i < count)
            AddRest<TValue, TLanes>(weights, values, valueStride, rows, i, count, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddTwo<TValue, TLanes>(
        float* weights, nint weightStride, TValue* values, nint valueStride, nint ahead, nint rows, nint count, float* sums, nint sumStride)
        where TValue : unmanaged, IElement<TValue>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; TLanes.HasManyRegisters && i <= count - (2 * Columns * TLanes.Count); i += 2 * Columns * TLanes.Count)
        {
            float* sum0 = sums + i, sum1 = sum0 + sumStride;
            Load(sum0, out TLanes s00, out TLanes s01, out TLanes s02, out TLanes s03);
            Load(sum0 + (4 * TLanes.Count), out TLanes s04, out TLanes s05, out TLanes s06, out TLanes s07);
            Load(sum1, out TLanes s10, out TLanes s11, out TLanes s12, out TLanes s13);
            Load(sum1 + (4 * TLanes.Count), out TLanes s14, out TLanes s15, out TLanes s16, out TLanes s17);
            TValue* value = values + i;
            for (nint row = 0; row < rows; row++, value += valueStride)
            {
                Prefetch.Elements(value + ahead, 2 * Columns * TLanes.Count);
                TLanes weight0 = TLanes.Create(weights[row]), weight1 = TLanes.Create(weights[weightStride + row]);
                AddToBoth(TValue.LoadFirst<TLanes>(value), weight0, weight1, ref s00, ref s10);
                AddToBoth(TValue.LoadSecond<TLanes>(value), weight0, weight1, ref s01, ref s11);
                AddToBoth(TValue.LoadFirst<TLanes>(value + (2 * TLanes.Count)), weight0, weight1, ref s02, ref s12);
                AddToBoth(TValue.LoadSecond<TLanes>(value + (2 * TLanes.Count)), weight0, weight1, ref s03, ref s13);
                AddToBoth(TValue.LoadFirst<TLanes>(value + (4 * TLanes.Count)), weight0, weight1, ref s04, ref s14);
                AddToBoth(TValue.LoadSecond<TLanes>(value + (4 * TLanes.Count)), weight0, weight1, ref s05, ref s15);
                AddToBoth(TValue.LoadFirst<TLanes>(value + (6 * TLanes.Count)), weight0, weight1, ref s06, ref s16);
                AddToBoth(TValue.LoadSecond<TLanes>(value + (6 * TLanes.Count)), weight0, weight1, ref s07, ref s17);
            }

            Store(sum0, s00, s01, s02, s03);
            Store(sum0 + (4 * TLanes.Count), s04, s05, s06, s07);
            Store(sum1, s10, s11, s12, s13);
            Store(sum1 + (4 * TLanes.Count), s14, s15, s16, s17);
        }

        for (; i <= count - (Columns * TLanes.Count); i += Columns * TLanes.Count)
        {
            float* sum0 = sums + i, sum1 = sum0 + sumStride;
            Load(sum0, out TLanes s00, out TLanes s01, out TLanes s02, out TLanes s03);
            Load(sum1, out TLanes s10, out TLanes s11, out TLanes s12, out TLanes s13);
            TValue* value = values + i;
            for (nint row = 0; row < rows; row++, value += valueStride)
            {
                Prefetch.Elements(value + ahead, Columns * TLanes.Count);
                TLanes v0 = TValue.LoadFirst<TLanes>(value), v1 = TValue.LoadSecond<TLanes>(value);
                TLanes v2 = TValue.LoadFirst<TLanes>(value + (2 * TLanes.Count)), v3 = TValue.LoadSecond<TLanes>(value + (2 * TLanes.Count));
                TLanes weight = TLanes.Create(weights[row]);
                s00 = TLanes.MultiplyAdd(weight, v0, s00);
                s01 = TLanes.MultiplyAdd(weight, v1, s01);
                s02 = TLanes.MultiplyAdd(weight, v2, s02);
                s03 = TLanes.MultiplyAdd(weight, v3, s03);
                weight = TLanes.Create(weights[weightStride + row]);
                s10 = TLanes.MultiplyAdd(weight, v0, s10);
                s11 = TLanes.MultiplyAdd(weight, v1, s11);
                s12 = TLanes.MultiplyAdd(weight, v2, s12);
                s13 = TLanes.MultiplyAdd(weight, v3, s13);
            }

            Store(sum0, s00, s01, s02, s03);
            Store(sum1, s10, s11, s12, s13);
        }

        if (i < count)
        {
            AddRest<TValue, TLanes>(weights, values, valueStride, rows, i, count, sums);
            AddRest<TValue, TLanes>(weights + weightStride, values, valueStride, rows, i, count, sums + sumStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddFour<TValue, TLanes>(
        float* weights, nint weightStride, TValue* values, nint valueStride, nint ahead, nint rows, nint count, float* sums, nint sumStride)
        where TValue : unmanaged, IElement<TValue>
        where TLanes : struct, ILanes<TLanes>
    {
        float* weights2 = weights + (2 * weightStride);
        nint i = 0;
        for (; i <= count - (Columns * TLanes.Count); i += Columns * TLanes.Count)
        {
            float* sum0 = sums + i, sum1 = sum0 + sumStride, sum2 = sum1 + sumStride, sum3 = sum2 + sumStride;
            Load(sum0, out TLanes s00, out TLanes s01, out TLanes s02, out TLanes s03);
            Load(sum1, out TLanes s10, out TLanes s11, out TLanes s12, out TLanes s13);
            Load(sum2, out TLanes s20, out TLanes s21, out TLanes s22, out TLanes s23);
            Load(sum3, out TLanes s30, out TLanes s31, out TLanes s32, out TLanes s33);
            TValue* value = values + i;
            for (nint row = 0; row < rows; row++, value += valueStride)
            {
                Prefetch.Elements(value + ahead, Columns * TLanes.Count);
                TLanes v0 = TValue.LoadFirst<TLanes>(value), v1 = TValue.LoadSecond<TLanes>(value);
                TLanes v2 = TValue.LoadFirst<TLanes>(value + (2 * TLanes.Count)), v3 = TValue.LoadSecond<TLanes>(value + (2 * TLanes.Count));
                TLanes weight = TLanes.Create(weights[row]);
                s00 = TLanes.MultiplyAdd(weight, v0, s00);
                s01 = TLanes.MultiplyAdd(weight, v1, s01);
                s02 = TLanes.MultiplyAdd(weight, v2, s02);
                s03 = TLanes.MultiplyAdd(weight, v3, s03);
                weight = TLanes.Create(weights[weightStride + row]);
                s10 = TLanes.MultiplyAdd(weight, v0, s10);
                s11 = TLanes.MultiplyAdd(weight, v1, s11);
                s12 = TLanes.MultiplyAdd(weight, v2, s12);
                s13 = TLanes.MultiplyAdd(weight, v3, s13);
                weight = TLanes.Create(weights2[row]);
                s20 = TLanes.MultiplyAdd(weight, v0, s20);
                s21 = TLanes.MultiplyAdd(weight, v1, s21);
                s22 = TLanes.MultiplyAdd(weight, v2, s22);
                s23 = TLanes.MultiplyAdd(weight, v3, s23);
                weight = TLanes.Create(weights2[weightStride + row]);
                s30 = TLanes.MultiplyAdd(weight, v0, s30);
                s31 = TLanes.MultiplyAdd(weight, v1, s31);
                s32 = TLanes.MultiplyAdd(weight, v2, s32);
                s33 = TLanes.MultiplyAdd(weight, v3, s33);
            }

            Store(sum0, s00, s01, s02, s03);
            Store(sum1, s10, s11, s12, s13);
            Store(sum2, s20, s21, s22, s23);
            Store(sum3, s30, s31, s32, s33);
        }

        if (i < count)
            AddRestOfFour<TValue, TLanes>(weights, weightStride, values, valueStride, rows, i, count, sums, sumStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TLanes>(float* source, out TLanes s0, out TLanes s1, out TLanes s2, out TLanes s3) where TLanes : struct, ILanes<TLanes>
    {
        (s0, s1) = (TLanes.Load(source), TLanes.Load(source + TLanes.Count));
        (s2, s3) = (TLanes.Load(source + (2 * TLanes.Count)), TLanes.Load(source + (3 * TLanes.Count)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(float* target, TLanes s0, TLanes s1, TLanes s2, TLanes s3) where TLanes : struct, ILanes<TLanes>
    {
        s0.Store(target);
        s1.Store(target + TLanes.Count);
        s2.Store(target + (2 * TLanes.Count));
        s3.Store(target + (3 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddToBoth<TLanes>(TLanes value, TLanes weight0, TLanes weight1, ref TLanes sum0, ref TLanes sum1)
        where TLanes : struct, ILanes<TLanes>
    {
        sum0 = TLanes.MultiplyAdd(weight0, value, sum0);
        sum1 = TLanes.MultiplyAdd(weight1, value, sum1);
    }

    // What is left of the rows' length past whole tiles.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddRest<TValue, TLanes>(float* weights, TValue* values, nint valueStride, nint rows, nint start, nint count, float* sums)
        where TValue : unmanaged, IElement<TValue>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint i = start; i < count; i += 2 * TLanes.Count)
        {
            TValue* value = values + Math.Min(i, count - (2 * TLanes.Count));
            TLanes first = TLanes.Load(sums + i), second = TLanes.Load(sums + i + TLanes.Count);
            for (nint row = 0; row < rows; row++, value += valueStride)
            {
                TLanes weight = TLanes.Create(weights[row]);
                first = TLanes.MultiplyAdd(weight, TValue.LoadFirst<TLanes>(value), first);
                second = TLanes.MultiplyAdd(weight, TValue.LoadSecond<TLanes>(value), second);
            }

            first.Store(sums + i);
            second.Store(sums + i + TLanes.Count);
        }
    }

    // The same for four sums.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddRestOfFour<TValue, TLanes>(
        float* weights, nint weightStride, TValue* values, nint valueStride, nint rows, nint start, nint count, float* sums, nint sumStride)
        where TValue : unmanaged, IElement<TValue>
        where TLanes : struct, ILanes<TLanes>
    {
        float* weights2 = weights + (2 * weightStride);
        for (nint i = start; i < count; i += 2 * TLanes.Count)
        {
            float* sum0 = sums + i, sum1 = sum0 + sumStride, sum2 = sum1 + sumStride, sum3 = sum2 + sumStride;
            TLanes s00 = TLanes.Load(sum0), s01 = TLanes.Load(sum0 + TLanes.Count), s10 = TLanes.Load(sum1), s11 = TLanes.Load(sum1 + TLanes.Count);
            TLanes s20 = TLanes.Load(sum2), s21 = TLanes.Load(sum2 + TLanes.Count), s30 = TLanes.Load(sum3), s31 = TLanes.Load(sum3 + TLanes.Count);
            TValue* value = values + Math.Min(i, count - (2 * TLanes.Count));
            for (nint row = 0; row < rows; row++, value += valueStride)
            {
                TLanes v0 = TValue.LoadFirst<TLanes>(value), v1 = TValue.LoadSecond<TLanes>(value);
                TLanes weight0 = TLanes.Create(weights[row]), weight1 = TLanes.Create(weights[weightStride + row]);
                AddToBoth(v0, weight0, weight1, ref s00, ref s10);
                AddToBoth(v1, weight0, weight1, ref s01, ref s11);
                TLanes weight2 = TLanes.Create(weights2[row]), weight3 = TLanes.Create(weights2[weightStride + row]);
                AddToBoth(v0, weight2, weight3, ref s20, ref s30);
                AddToBoth(v1, weight2, weight3, ref s21, ref s31);
            }

            s00.Store(sum0);
            s01.Store(sum0 + TLanes.Count);
            s10.Store(sum1);
            s11.Store(sum1 + TLanes.Count);
            s20.Store(sum2);
            s21.Store(sum2 + TLanes.Count);
            s30.Store(sum3);
            s31.Store(sum3 + TLanes.Count);
        }
    }
}
