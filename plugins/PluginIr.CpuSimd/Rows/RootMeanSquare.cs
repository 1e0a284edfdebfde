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
    /// <param name="hidden">How many elements the row has.</param>
    /// <param name="output">Where the result goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Normalize<TRow, TStores, TElement, TLanes>(TRow row, TElement* weight, float epsilon, nint hidden, TElement* output)
        where TRow : struct, IRow<TLanes>
        where TStores : struct, IStores
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float factor = 1f / MathF.Sqrt((SumOfSquares<TRow, TLanes>(row, hidden) / hidden) + epsilon);

        // The end of the row goes first: it makes calls, and a vector that lives across a call lives in memory, not in a register.
        nint whole = hidden - (hidden % TLanes.Count);
        if (whole < hidden)
            NormalizeLast<TRow, TElement, TLanes>(row, weight, factor, whole, (int)(hidden - whole), output);

        TLanes factors = TLanes.Create(factor);
        for (nint i = 0; i < whole; i += TLanes.Count)
        {
            TLanes values = row.Read(i);
            row.Keep(i, values);
            TLanes normalized = values * factors;
            if (weight != null)
                normalized = TElement.Round(normalized) * TElement.Load<TLanes>(weight + i);
            TStores.Store(normalized, output + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void NormalizeLast<TRow, TElement, TLanes>(
        TRow row, TElement* weight, float factor, nint start, int count, TElement* output)
        where TRow : struct, IRow<TLanes>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes values = row.ReadLast(start, count);
        row.KeepLast(start, values, count);
        TLanes normalized = values * TLanes.Create(factor);
        if (weight != null)
            normalized = TElement.Round(normalized) * Partial.Load<TElement, TLanes>(weight + start, count);
        Partial.Store(normalized, output + start, count);
    }

    // Four sums, so that an addition need not wait for the one before. The order of additions depends on the row's length alone: not on
    // its address, nor on how many rows there are. Squares are rounded before they are added (no fused multiply-add), so that they
    // overflow where the definition's do.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float SumOfSquares<TRow, TLanes>(TRow row, nint hidden)
        where TRow : struct, IRow<TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        nint whole = hidden - (hidden % TLanes.Count);
        TLanes sum0 = whole < hidden ? Square(row.ReadLast(whole, (int)(hidden - whole))) : TLanes.Create(0);
        TLanes sum1 = TLanes.Create(0), sum2 = sum1, sum3 = sum1;
        nint i = 0;
        for (; i <= whole - (4 * TLanes.Count); i += 4 * TLanes.Count)
        {
            sum0 += Square(row.Read(i));
            sum1 += Square(row.Read(i + TLanes.Count));
            sum2 += Square(row.Read(i + (2 * TLanes.Count)));
            sum3 += Square(row.Read(i + (3 * TLanes.Count)));
        }

        for (; i < whole; i += TLanes.Count)
            sum1 += Square(row.Read(i));
        return ((sum0 + sum1) + (sum2 + sum3)).Sum();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Square<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> => values * values;
}
