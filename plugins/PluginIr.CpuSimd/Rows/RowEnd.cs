using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>The end of a row, when it is less than the two vectors that loops take at a time.</summary>
/// <remarks>Out of line, as it needs a stack frame that the loops should not have.</remarks>
internal static unsafe class RowEnd
{
    /// <summary>The memory that a padded row takes at most: two inputs of two of the widest vectors.</summary>
    public const int Bytes = 2 * 2 * 64;

    /// <summary>Reads the two vectors; the lanes past the row's end are zero.</summary>
    /// <param name="row">The row.</param>
    /// <param name="start">Where its end begins.</param>
    /// <param name="count">How many elements the end has.</param>
    /// <param name="first">The first vector.</param>
    /// <param name="second">The second.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Read<TRow, TLanes>(TRow row, nint start, int count, out TLanes first, out TLanes second)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        byte* memory = stackalloc byte[Bytes];
        TRow padded = row.Pad(start, count, memory);
        (first, second) = (padded.ReadFirst(0), padded.ReadSecond(0));
    }

    /// <summary>The sum of their squares.</summary>
    /// <param name="row">The row.</param>
    /// <param name="start">Where its end begins.</param>
    /// <param name="count">How many elements the end has.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static float SumOfSquares<TRow, TLanes>(TRow row, nint start, int count)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        Read(row, start, count, out TLanes first, out TLanes second);
        return ((first * first) + (second * second)).Sum();
    }

    /// <summary>The same, and what <see cref="RootMeanSquare.Widen"/> does.</summary>
    /// <param name="row">The row.</param>
    /// <param name="start">Where its end begins.</param>
    /// <param name="count">How many elements the end has.</param>
    /// <param name="widened">Where the two vectors go, or null.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static float Widen<TRow, TLanes>(in TRow row, nint start, int count, float* widened)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        byte* memory = stackalloc byte[Bytes];
        TRow source = row;
        TRow padded = source.Pad(start, count, memory);
        TLanes first = padded.ReadFirst(0), second = padded.ReadSecond(0);
        padded.Keep(0, first, second, TRow.LoadConstants(), streams: false);
        source.Unpad(start, count, padded);
        if (widened != null)
        {
            first.Store(widened);
            second.Store(widened + TLanes.Count);
        }

        return ((first * first) + (second * second)).Sum();
    }
}
