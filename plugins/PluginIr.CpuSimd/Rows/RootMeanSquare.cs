using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd.Rows;

/// <summary>Root mean square normalisation of one row, whatever the row is made from.</summary>
internal static unsafe class RootMeanSquare
{
    /// <summary>
    /// Writes <c>row · rsqrt(mean(row²) + epsilon)</c>; with a weight, the normalised row is rounded to its dtype, multiplied there and
    /// rounded again. The output is written at a position after the row was last read there.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="weight">One factor for each element; null for none.</param>
    /// <param name="epsilon">Added to the mean.</param>
    /// <param name="varianceSize">Over how many of the row's first elements the mean is.</param>
    /// <param name="hidden">How many elements the row has.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="streams">True to write it past the caches; see <see cref="Streaming.Suits"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Normalize<TRow, TElement, TLanes>(
        TRow row, TElement* weight, float epsilon, nint varianceSize, nint hidden, TElement* output, bool streams)
        where TRow : struct, IRow<TRow, TLanes>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        Scale<TRow, TElement, TElement, TLanes>(
            row, weight, Factor(SumOfSquares<TRow, TLanes>(row, varianceSize), varianceSize, epsilon), hidden, output, streams);

    /// <summary>
    /// The same, with the definition's own factor: the sum of squares is all but exact, so that it is rounded as the definition's is. For what
    /// makes more of an error in the last place than it was.
    /// </summary>
    public static void NormalizePrecisely<TElement, TLanes>(TElement* x, TElement* weight, float epsilon, nint hidden, TElement* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        var row = new StoredRow<TElement, TLanes>(x);
        float factor = Factor(PreciseSum.OfSquares<StoredRow<TElement, TLanes>, TLanes>(row, hidden), hidden, epsilon);
        Scale<StoredRow<TElement, TLanes>, TElement, TElement, TLanes>(row, weight, factor, hidden, output, streams: false);
    }

    /// <summary>
    /// Writes a row's values as float32 and keeps them, so that they are converted once and not wherever they are read. Zeros make the last
    /// vector whole: the target has room for it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Widen<TRow, TLanes>(TRow row, nint hidden, float* widened)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        nint whole = hidden - (hidden % (2 * TLanes.Count));
        if (whole < hidden)
            RowEnd.ReadAndKeep<TRow, TLanes>(row, whole, (int)(hidden - whole), widened + whole);
        for (nint i = 0; i < whole; i += 2 * TLanes.Count)
        {
            TLanes first = row.ReadFirst(i), second = row.ReadSecond(i);
            row.Keep(i, first, second);
            first.Store(widened + i);
            second.Store(widened + i + TLanes.Count);
        }
    }

    /// <summary>The sum of the squares that <see cref="WidenedRow{TElement, TLanes}.SumOfSquares(nint)"/> leaves out.</summary>
    public static float SumOfLastSquares<TRow, TLanes>(TRow row, nint count)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        int last = (int)(count % (2 * TLanes.Count));
        if (last == 0)
            return 0;
        RowEnd.Read(row, count - last, last, out TLanes first, out TLanes second);
        return ((first * first) + (second * second)).Sum();
    }

    /// <summary>What the row is multiplied by. One NaN for all: see <see cref="IElement{TSelf}.RoundComputed"/>.</summary>
    public static float Factor(float sum, nint count, float epsilon)
    {
        float factor = 1f / MathF.Sqrt((sum / count) + epsilon);
        return float.IsNaN(factor) ? float.NaN : factor;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Scale<TRow, TWeight, TElement, TLanes>(TRow row, TWeight* weight, float factor, nint hidden, TElement* output, bool streams)
        where TRow : struct, IRow<TRow, TLanes>
        where TWeight : unmanaged, IElement<TWeight>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes factors = TLanes.Create(factor);
        nint i = 0;
        if (weight != null)
        {
            for (; i <= hidden - (2 * TLanes.Count); i += 2 * TLanes.Count)
            {
                TLanes first = row.ReadFirst(i), second = row.ReadSecond(i);
                row.Keep(i, first, second);
                first = TElement.RoundComputed(first * factors) * TWeight.LoadFirst<TLanes>(weight + i);
                second = TElement.RoundComputed(second * factors) * TWeight.LoadSecond<TLanes>(weight + i);
                TElement.StorePair(first, second, output + i, streams);
            }
        }
        else
        {
            for (; i <= hidden - (2 * TLanes.Count); i += 2 * TLanes.Count)
            {
                TLanes first = row.ReadFirst(i), second = row.ReadSecond(i);
                row.Keep(i, first, second);
                TElement.StorePair(first * factors, second * factors, output + i, streams);
            }
        }

        if (i < hidden)
            ScaleLast<TRow, TWeight, TElement, TLanes>(row, weight, factor, i, (int)(hidden - i), output);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScaleLast<TRow, TWeight, TElement, TLanes>(
        TRow row, TWeight* weight, float factor, nint start, int count, TElement* output)
        where TRow : struct, IRow<TRow, TLanes>
        where TWeight : unmanaged, IElement<TWeight>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        int room = 2 * TLanes.Count;
        byte* memory = stackalloc byte[RowEnd.Bytes];
        TElement* scaled = stackalloc TElement[room];
        TWeight* paddedWeight = stackalloc TWeight[room];
        if (weight != null)
            Partial.Pad(weight + start, count, paddedWeight, room);
        TRow padded = row.Pad(start, count, memory);
        Scale<TRow, TWeight, TElement, TLanes>(padded, weight == null ? null : paddedWeight, factor, room, scaled, streams: false);
        row.Unpad(start, count, padded);
        new ReadOnlySpan<TElement>(scaled, count).CopyTo(new Span<TElement>(output + start, count));
    }

    // Four sums, so that an addition need not wait for the one before. The order of additions depends on the count alone: not on
    // its address, nor on how many rows there are. A square that overflows makes the sum infinite, fused with the addition or not.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float SumOfSquares<TRow, TLanes>(TRow row, nint count)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        int step = 2 * TLanes.Count;
        nint whole = count - (count % step);
        TLanes first = TLanes.Create(0), second = first;
        if (whole < count)
            RowEnd.Read(row, whole, (int)(count - whole), out first, out second);

        // From here on there are no calls: a vector that lives across one lives in memory, not in a register.
        TLanes sum0 = first * first, sum1 = second * second, sum2 = TLanes.Create(0), sum3 = sum2;
        nint i = 0;
        for (; i <= whole - (2 * step); i += 2 * step)
        {
            sum0 = AddSquare(row.ReadFirst(i), sum0);
            sum1 = AddSquare(row.ReadSecond(i), sum1);
            sum2 = AddSquare(row.ReadFirst(i + step), sum2);
            sum3 = AddSquare(row.ReadSecond(i + step), sum3);
        }

        if (i < whole)
        {
            sum0 = AddSquare(row.ReadFirst(i), sum0);
            sum1 = AddSquare(row.ReadSecond(i), sum1);
        }

        return ((sum0 + sum1) + (sum2 + sum3)).Sum();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes AddSquare<TLanes>(TLanes values, TLanes sum) where TLanes : struct, ILanes<TLanes> =>
        TLanes.MultiplyAdd(values, values, sum);
}
