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
    /// <param name="ahead">Elements to the rows of values that will be needed soon, which are fetched meanwhile; 0 for none.</param>
    /// <param name="rows">How many rows of values.</param>
    /// <param name="count">The rows' length: a multiple of two vectors' lanes.</param>
    /// <param name="sums">The first sum; the others follow.</param>
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
            TLanes s0 = TLanes.Load(sum), s1 = TLanes.Load(sum + TLanes.Count);
            TLanes s2 = TLanes.Load(sum + (2 * TLanes.Count)), s3 = TLanes.Load(sum + (3 * TLanes.Count));
            TValue* value = values + i;
            for (nint row = 0; row < rows; row++, value += valueStride)
            {
                Ahead.FetchLines(value + ahead, Columns * TLanes.Count);
                TLanes weight = TLanes.Create(weights[row]);
                s0 = TLanes.MultiplyAdd(weight, TValue.LoadFirst<TLanes>(value), s0);
                s1 = TLanes.MultiplyAdd(weight, TValue.LoadSecond<TLanes>(value), s1);
                s2 = TLanes.MultiplyAdd(weight, TValue.LoadFirst<TLanes>(value + (2 * TLanes.Count)), s2);
                s3 = TLanes.MultiplyAdd(weight, TValue.LoadSecond<TLanes>(value + (2 * TLanes.Count)), s3);
            }

            s0.Store(sum);
            s1.Store(sum + TLanes.Count);
            s2.Store(sum + (2 * TLanes.Count));
            s3.Store(sum + (3 * TLanes.Count));
        }

        for (; i < count; i += 2 * TLanes.Count)
            AddPair<TValue, TLanes>(weights, values + i, valueStride, rows, sums + i);
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
            TLanes s00 = TLanes.Load(sum0), s01 = TLanes.Load(sum0 + TLanes.Count);
            TLanes s02 = TLanes.Load(sum0 + (2 * TLanes.Count)), s03 = TLanes.Load(sum0 + (3 * TLanes.Count));
            TLanes s04 = TLanes.Load(sum0 + (4 * TLanes.Count)), s05 = TLanes.Load(sum0 + (5 * TLanes.Count));
            TLanes s06 = TLanes.Load(sum0 + (6 * TLanes.Count)), s07 = TLanes.Load(sum0 + (7 * TLanes.Count));
            TLanes s10 = TLanes.Load(sum1), s11 = TLanes.Load(sum1 + TLanes.Count);
            TLanes s12 = TLanes.Load(sum1 + (2 * TLanes.Count)), s13 = TLanes.Load(sum1 + (3 * TLanes.Count));
            TLanes s14 = TLanes.Load(sum1 + (4 * TLanes.Count)), s15 = TLanes.Load(sum1 + (5 * TLanes.Count));
            TLanes s16 = TLanes.Load(sum1 + (6 * TLanes.Count)), s17 = TLanes.Load(sum1 + (7 * TLanes.Count));
            TValue* value = values + i;
            for (nint row = 0; row < rows; row++, value += valueStride)
            {
                // The processor itself fetches as much of a row ahead as that is of float32.
                if (typeof(TValue) != typeof(Float32Element))
                    Ahead.FetchLines(value + ahead, 2 * Columns * TLanes.Count);
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

            s00.Store(sum0);
            s01.Store(sum0 + TLanes.Count);
            s02.Store(sum0 + (2 * TLanes.Count));
            s03.Store(sum0 + (3 * TLanes.Count));
            s04.Store(sum0 + (4 * TLanes.Count));
            s05.Store(sum0 + (5 * TLanes.Count));
            s06.Store(sum0 + (6 * TLanes.Count));
            s07.Store(sum0 + (7 * TLanes.Count));
            s10.Store(sum1);
            s11.Store(sum1 + TLanes.Count);
            s12.Store(sum1 + (2 * TLanes.Count));
            s13.Store(sum1 + (3 * TLanes.Count));
            s14.Store(sum1 + (4 * TLanes.Count));
            s15.Store(sum1 + (5 * TLanes.Count));
            s16.Store(sum1 + (6 * TLanes.Count));
            s17.Store(sum1 + (7 * TLanes.Count));
        }

        for (; i <= count - (Columns * TLanes.Count); i += Columns * TLanes.Count)
        {
            float* sum0 = sums + i, sum1 = sum0 + sumStride;
            TLanes s00 = TLanes.Load(sum0), s01 = TLanes.Load(sum0 + TLanes.Count);
            TLanes s02 = TLanes.Load(sum0 + (2 * TLanes.Count)), s03 = TLanes.Load(sum0 + (3 * TLanes.Count));
            TLanes s10 = TLanes.Load(sum1), s11 = TLanes.Load(sum1 + TLanes.Count);
            TLanes s12 = TLanes.Load(sum1 + (2 * TLanes.Count)), s13 = TLanes.Load(sum1 + (3 * TLanes.Count));
            TValue* value = values + i;
            for (nint row = 0; row < rows; row++, value += valueStride)
            {
                Ahead.FetchLines(value + ahead, Columns * TLanes.Count);
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

            s00.Store(sum0);
            s01.Store(sum0 + TLanes.Count);
            s02.Store(sum0 + (2 * TLanes.Count));
            s03.Store(sum0 + (3 * TLanes.Count));
            s10.Store(sum1);
            s11.Store(sum1 + TLanes.Count);
            s12.Store(sum1 + (2 * TLanes.Count));
            s13.Store(sum1 + (3 * TLanes.Count));
        }

        for (; i < count; i += 2 * TLanes.Count)
        {
            AddPair<TValue, TLanes>(weights, values + i, valueStride, rows, sums + i);
            AddPair<TValue, TLanes>(weights + weightStride, values + i, valueStride, rows, sums + sumStride + i);
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
            TLanes s00 = TLanes.Load(sum0), s01 = TLanes.Load(sum0 + TLanes.Count);
            TLanes s02 = TLanes.Load(sum0 + (2 * TLanes.Count)), s03 = TLanes.Load(sum0 + (3 * TLanes.Count));
            TLanes s10 = TLanes.Load(sum1), s11 = TLanes.Load(sum1 + TLanes.Count);
            TLanes s12 = TLanes.Load(sum1 + (2 * TLanes.Count)), s13 = TLanes.Load(sum1 + (3 * TLanes.Count));
            TLanes s20 = TLanes.Load(sum2), s21 = TLanes.Load(sum2 + TLanes.Count);
            TLanes s22 = TLanes.Load(sum2 + (2 * TLanes.Count)), s23 = TLanes.Load(sum2 + (3 * TLanes.Count));
            TLanes s30 = TLanes.Load(sum3), s31 = TLanes.Load(sum3 + TLanes.Count);
            TLanes s32 = TLanes.Load(sum3 + (2 * TLanes.Count)), s33 = TLanes.Load(sum3 + (3 * TLanes.Count));
            TValue* value = values + i;
            for (nint row = 0; row < rows; row++, value += valueStride)
            {
                Ahead.FetchLines(value + ahead, Columns * TLanes.Count);
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

            s00.Store(sum0);
            s01.Store(sum0 + TLanes.Count);
            s02.Store(sum0 + (2 * TLanes.Count));
            s03.Store(sum0 + (3 * TLanes.Count));
            s10.Store(sum1);
            s11.Store(sum1 + TLanes.Count);
            s12.Store(sum1 + (2 * TLanes.Count));
            s13.Store(sum1 + (3 * TLanes.Count));
            s20.Store(sum2);
            s21.Store(sum2 + TLanes.Count);
            s22.Store(sum2 + (2 * TLanes.Count));
            s23.Store(sum2 + (3 * TLanes.Count));
            s30.Store(sum3);
            s31.Store(sum3 + TLanes.Count);
            s32.Store(sum3 + (2 * TLanes.Count));
            s33.Store(sum3 + (3 * TLanes.Count));
        }

        for (; i < count; i += 2 * TLanes.Count)
        {
            for (nint sum = 0; sum < 4; sum++)
                AddPair<TValue, TLanes>(weights + (sum * weightStride), values + i, valueStride, rows, sums + (sum * sumStride) + i);
        }
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
    private static void AddPair<TValue, TLanes>(float* weights, TValue* values, nint valueStride, nint rows, float* sums)
        where TValue : unmanaged, IElement<TValue>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes first = TLanes.Load(sums), second = TLanes.Load(sums + TLanes.Count);
        for (nint row = 0; row < rows; row++, values += valueStride)
        {
            TLanes weight = TLanes.Create(weights[row]);
            first = TLanes.MultiplyAdd(weight, TValue.LoadFirst<TLanes>(values), first);
            second = TLanes.MultiplyAdd(weight, TValue.LoadSecond<TLanes>(values), second);
        }

        first.Store(sums);
        second.Store(sums + TLanes.Count);
    }
}
