using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Products;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd.Rows;

/// <summary>Root mean square normalisation of one row, whatever the row is made from.</summary>
internal static unsafe class RootMeanSquare
{
    /// <summary>How many elements of float32 the next row has at most that the first-level cache keeps until its turn, beside this one.</summary>
    private const int LongestKept = 4096;

    /// <summary>
    /// Writes <c>x · rsqrt(mean(x²) + epsilon)</c>, weighted as <see cref="Scale"/> has it, with the definition's own factor: the sum of squares
    /// is all but exact, so that it is rounded as the definition's is. For what makes more of an error in the last place than it was.
    /// </summary>
    public static void NormalizePrecisely<TElement, TLanes>(TElement* x, TElement* weight, float epsilon, nint hidden, TElement* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        var row = new StoredRow<TElement, TLanes>(x);
        float factor = Factor(PreciseSum.OfSquares<StoredRow<TElement, TLanes>, TLanes>(row, hidden), hidden, epsilon);
        Scale<StoredRow<TElement, TLanes>, TElement, TElement, TLanes>(row, weight, factor, hidden, output, null);
    }

    /// <summary>
    /// Keeps a row's values, writes them as float32, so that they are computed once and not wherever they are read, and returns the sum of their
    /// squares. Zeros make the last pair of vectors whole.
    /// </summary>
    /// <param name="row">
    /// The row, by reference: a row of several addresses would be copied two at a time when it has just been written one at a time, which the processor
    /// waits for.
    /// </param>
    /// <param name="hidden">How many elements it has.</param>
    /// <param name="widened">Room for whole pairs of vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float Widen<TRow, TLanes>(in TRow row, nint hidden, float* widened)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        UpperHalves<TLanes> constants = TRow.LoadConstants(); // Before there are sums, which a call would take out of registers for good.

        TRow source = row; // A copy stays in registers.

        nint whole = hidden - (hidden % (2 * TLanes.Count));
        float sum = (source.Streams
            ? WidenWhole(source, whole, widened, constants, streams: true)
            : WidenWhole(source, whole, widened, constants, streams: false)).Sum();
        return whole == hidden ? sum : sum + RowEnd.Widen<TRow, TLanes>(in row, whole, (int)(hidden - whole), widened + whole);
    }

    /// <summary>The same for rows that are float32 already.</summary>
    /// <remarks>Four sums: two would wait for each other's additions, as there is nothing to convert meanwhile.</remarks>
    /// <param name="row">The row.</param>
    /// <param name="hidden">How many elements it has.</param>
    /// <param name="widened">Room for whole pairs of vectors; null where what the row keeps can be read again.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float WidenSingles<TRow, TLanes>(in TRow row, nint hidden, float* widened)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        TRow source = row;
        nint whole = hidden - (hidden % (2 * TLanes.Count));
        float sum = (source.Streams
            ? WidenWholeSingles<TRow, TLanes>(source, whole, widened, streams: true)
            : WidenWholeSingles<TRow, TLanes>(source, whole, widened, streams: false)).Sum();
        return whole == hidden ? sum : sum + RowEnd.Widen<TRow, TLanes>(in row, whole, (int)(hidden - whole), widened == null ? null : widened + whole);
    }

    // Two sums do: converting takes longer than an addition.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes WidenWhole<TRow, TLanes>(TRow row, nint count, float* widened, UpperHalves<TLanes> constants, bool streams)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum0 = TLanes.Create(0f), sum1 = sum0;
        for (nint i = 0; i < count; i += 2 * TLanes.Count)
        {
            TLanes first = row.ReadFirst(i), second = row.ReadSecond(i);
            row.Keep(i, first, second, constants, streams);
            sum0 = TLanes.MultiplyAdd(first, first, sum0);
            sum1 = TLanes.MultiplyAdd(second, second, sum1);
            first.Store(widened + i);
            second.Store(widened + i + TLanes.Count);
        }

        return sum0 + sum1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes WidenWholeSingles<TRow, TLanes>(TRow row, nint count, float* widened, bool streams)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        int step = 2 * TLanes.Count;
        TLanes sum0 = TLanes.Create(0f), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        nint i = 0;
        for (; i <= count - (2 * step); i += 2 * step)
        {
            WidenPair(row, i, widened, ref sum0, ref sum1, streams);
            WidenPair(row, i + step, widened, ref sum2, ref sum3, streams);
        }

        if (i < count)
            WidenPair(row, i, widened, ref sum0, ref sum1, streams);
        return (sum0 + sum2) + (sum1 + sum3);
    }

    /// <summary>What the row is multiplied by. One NaN for all: see <see cref="IElement{TSelf}.RoundComputed"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(float sum, nint count, float epsilon)
    {
        float factor = 1f / MathF.Sqrt((sum / count) + epsilon);
        return float.IsNaN(factor) ? float.NaN : factor;
    }

    /// <summary>
    /// Writes <c>row · factor</c>; with a weight, that is rounded to the output's dtype, multiplied there and rounded again. The output is written
    /// at a position after the row was last read there.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="weight">One factor for each element, in the output's dtype or widened from it; null for none.</param>
    /// <param name="factor">What the row is multiplied by.</param>
    /// <param name="hidden">How many elements the row has.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="ahead">
    /// Null, or what to fetch meanwhile, as many elements: the result is then written past the caches; see <see cref="Streaming.Suits"/>. Writing
    /// alone leaves half of what memory can do unused.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Scale<TRow, TWeight, TElement, TLanes>(TRow row, TWeight* weight, float factor, nint hidden, TElement* output, TElement* ahead)
        where TRow : struct, IRow<TRow, TLanes>
        where TWeight : unmanaged, IElement<TWeight>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        UpperHalves<TLanes> constants = TElement.LoadConstants<TLanes>();
        TLanes factors = TLanes.Create(factor);
        nint i = hidden - (hidden % (2 * TLanes.Count));
        switch (weight != null, ahead != null) // Constants to each loop: asked for at every store they take a fifth of a row's time in the first-level cache.
        {
            case (true, false):
                ScaleWhole<TRow, TWeight, TElement, TLanes>(row, weight, factors, constants, i, output, ahead, isWeighted: true, streams: false);
                break;
            case (true, true):
                ScaleWhole<TRow, TWeight, TElement, TLanes>(row, weight, factors, constants, i, output, ahead, isWeighted: true, streams: true);
                break;
            case (false, false):
                ScaleWhole<TRow, TWeight, TElement, TLanes>(row, weight, factors, constants, i, output, ahead, isWeighted: false, streams: false);
                break;
            default:
                ScaleWhole<TRow, TWeight, TElement, TLanes>(row, weight, factors, constants, i, output, ahead, isWeighted: false, streams: true);
                break;
        }

        if (i < hidden)
            ScaleLast<TRow, TWeight, TElement, TLanes>(row, weight, factor, i, (int)(hidden - i), output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ScaleWhole<TRow, TWeight, TElement, TLanes>(
        TRow row, TWeight* weight, TLanes factors, UpperHalves<TLanes> constants, nint count, TElement* output, TElement* ahead, bool isWeighted, bool streams)
        where TRow : struct, IRow<TRow, TLanes>
        where TWeight : unmanaged, IElement<TWeight>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        bool isLong = count > LongestKept;
        for (nint i = 0; i < count; i += 2 * TLanes.Count)
        {
            TLanes first = row.ReadFirst(i), second = row.ReadSecond(i);
            if (isWeighted)
            {
                first = TElement.RoundComputed(first * factors, constants) * TWeight.LoadFirst<TLanes>(weight + i);
                second = TElement.RoundComputed(second * factors, constants) * TWeight.LoadSecond<TLanes>(weight + i);
            }
            else
            {
                first *= factors;
                second *= factors;
            }

            TElement.StorePair(first, second, output + i, streams, constants);
            if (streams)
                Prefetch.OfNextRow(ahead + i, 2 * TLanes.Count, isLong);
        }
    }

    /// <summary>
    /// What <see cref="Scale"/> does to a row of float32 with a weight, and what <see cref="SumOfSquares"/> does with the next one meanwhile: the
    /// one waits for stores, the other for loads.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="weight">One factor for each element.</param>
    /// <param name="factor">What the row is multiplied by.</param>
    /// <param name="next">The next row.</param>
    /// <param name="hidden">How many elements each has: a multiple of eight vectors' lanes.</param>
    /// <param name="output">Where the result goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float ScaleAndSum<TLanes>(
        StoredRow<Float32Element, TLanes> row, float* weight, float factor, StoredRow<Float32Element, TLanes> next, nint hidden, float* output)
        where TLanes : struct, ILanes<TLanes>
    {
        int step = 2 * TLanes.Count;
        TLanes factors = TLanes.Create(factor);
        TLanes sum0 = TLanes.Create(0f), sum1 = sum0, sum2 = sum0, sum3 = sum0, sum4 = sum0, sum5 = sum0, sum6 = sum0, sum7 = sum0;
        for (nint i = 0; i < hidden; i += 4 * step)
        {
            AddSquares(next, i, ref sum0, ref sum1);
            ScalePair(row, weight, factors, i, output);
            AddSquares(next, i + step, ref sum2, ref sum3);
            ScalePair(row, weight, factors, i + step, output);
            AddSquares(next, i + (2 * step), ref sum4, ref sum5);
            ScalePair(row, weight, factors, i + (2 * step), output);
            AddSquares(next, i + (3 * step), ref sum6, ref sum7);
            ScalePair(row, weight, factors, i + (3 * step), output);
        }

        return (((sum0 + sum1) + (sum2 + sum3)) + ((sum4 + sum5) + (sum6 + sum7))).Sum();
    }

    /// <summary>
    /// What <see cref="Scale"/> does to a row of float32 with a weight, and what <see cref="WidenSingles"/> does with the next one meanwhile, as in
    /// <see cref="ScaleAndSum"/>. The next row keeps its values.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="weight">One factor for each element.</param>
    /// <param name="factor">What the row is multiplied by.</param>
    /// <param name="next">The next row.</param>
    /// <param name="hidden">How many elements each has: a multiple of four vectors' lanes.</param>
    /// <param name="output">Where the result goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float ScaleAndWiden<TLanes>(
        StoredRow<Float32Element, TLanes> row, float* weight, float factor, in SummedRow<Float32Element, TLanes> next, nint hidden, float* output)
        where TLanes : struct, ILanes<TLanes>
    {
        SummedRow<Float32Element, TLanes> source = next;
        int step = 2 * TLanes.Count;
        TLanes factors = TLanes.Create(factor);
        TLanes sum0 = TLanes.Create(0f), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        for (nint i = 0; i < hidden; i += 2 * step)
        {
            WidenPair(source, i, null, ref sum0, ref sum1, streams: false);
            ScalePair(row, weight, factors, i, output);
            WidenPair(source, i + step, null, ref sum2, ref sum3, streams: false);
            ScalePair(row, weight, factors, i + step, output);
        }

        return ((sum0 + sum2) + (sum1 + sum3)).Sum();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ScalePair<TLanes>(StoredRow<Float32Element, TLanes> row, float* weight, TLanes factors, nint start, float* output)
        where TLanes : struct, ILanes<TLanes>
    {
        (row.ReadFirst(start) * factors * TLanes.Load(weight + start)).Store(output + start);
        (row.ReadSecond(start) * factors * TLanes.Load(weight + start + TLanes.Count)).Store(output + start + TLanes.Count);
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
        Scale<TRow, TWeight, TElement, TLanes>(padded, weight == null ? null : paddedWeight, factor, room, scaled, null);
        Partial.Unpad(scaled, count, output + start);
    }

    /// <summary>The sum of the squares of a row's first elements.</summary>
    /// <remarks>
    /// Eight sums, as many additions as are under way at a time. The order of additions depends on the count alone: not on the row's
    /// address, nor on how many rows there are. A square that overflows makes the sum infinite, fused with the addition or not.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float SumOfSquares<TRow, TLanes>(TRow row, nint count)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        int step = 2 * TLanes.Count;
        nint whole = count - (count % step);
        TLanes sum0 = TLanes.Create(0f), sum1 = sum0, sum2 = sum0, sum3 = sum0, sum4 = sum0, sum5 = sum0, sum6 = sum0, sum7 = sum0;
        nint i = 0;
        for (; i <= whole - (4 * step); i += 4 * step)
        {
            AddSquares(row, i, ref sum0, ref sum1);
            AddSquares(row, i + step, ref sum2, ref sum3);
            AddSquares(row, i + (2 * step), ref sum4, ref sum5);
            AddSquares(row, i + (3 * step), ref sum6, ref sum7);
        }

        for (; i < whole; i += step)
            AddSquares(row, i, ref sum0, ref sum1);
        float sum = (((sum0 + sum1) + (sum2 + sum3)) + ((sum4 + sum5) + (sum6 + sum7))).Sum();
        return whole == count ? sum : sum + RowEnd.SumOfSquares<TRow, TLanes>(row, whole, (int)(count - whole));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSquares<TRow, TLanes>(TRow row, nint start, ref TLanes firstSum, ref TLanes secondSum)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes first = row.ReadFirst(start), second = row.ReadSecond(start);
        firstSum = TLanes.MultiplyAdd(first, first, firstSum);
        secondSum = TLanes.MultiplyAdd(second, second, secondSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WidenPair<TRow, TLanes>(TRow row, nint start, float* widened, ref TLanes firstSum, ref TLanes secondSum, bool streams)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes first = row.ReadFirst(start), second = row.ReadSecond(start);
        row.Keep(start, first, second, TRow.LoadConstants(), streams);
        firstSum = TLanes.MultiplyAdd(first, first, firstSum);
        secondSum = TLanes.MultiplyAdd(second, second, secondSum);
        if (widened != null)
        {
            first.Store(widened + start);
            second.Store(widened + start + TLanes.Count);
        }
    }
}
