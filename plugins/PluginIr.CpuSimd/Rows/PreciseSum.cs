using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>A sum of float32 squares as exact as float64 would make it, at the speed of float32 vectors.</summary>
/// <remarks>
/// What each addition rounds away is itself a float32, which is kept and added up beside the sum. Source: Knuth, The Art of Computer
/// Programming, volume 2, section 4.2.2, theorem B.
/// </remarks>
internal static unsafe class PreciseSum
{
    /// <summary>The sum of the first <paramref name="count"/> values' squares, each rounded to float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float OfSquares<TRow, TLanes>(TRow row, nint count)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        nint whole = count - (count % (2 * TLanes.Count));
        TLanes first = TLanes.Create(0f), second = first;
        if (whole < count)
            RowEnd.Read(row, whole, (int)(count - whole), out first, out second);
        TLanes sum = first * first, lost = TLanes.Create(0f);
        Add(second, ref sum, ref lost);
        for (nint i = 0; i < whole; i += 2 * TLanes.Count)
        {
            Add(row.ReadFirst(i), ref sum, ref lost);
            Add(row.ReadSecond(i), ref sum, ref lost);
        }

        return Total(sum, lost);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLanes>(TLanes value, ref TLanes sum, ref TLanes lost) where TLanes : struct, ILanes<TLanes>
    {
        TLanes square = value * value, next = sum + square, added = next - sum;
        lost += (sum - (next - added)) + (square - added);
        sum = next;
    }

    private static float Total<TLanes>(TLanes sum, TLanes lost) where TLanes : struct, ILanes<TLanes>
    {
        float* sums = stackalloc float[2 * TLanes.Count];
        float* rests = sums + TLanes.Count;
        sum.Store(sums);
        lost.Store(rests);
        double total = 0, rest = 0;
        for (int lane = 0; lane < TLanes.Count; lane++)
        {
            total += sums[lane];
            rest += rests[lane];
        }

        // Nothing is lost of an infinite sum, but what was computed for it is NaN.
        return (float)(double.IsFinite(total) ? total + rest : total);
    }
}
