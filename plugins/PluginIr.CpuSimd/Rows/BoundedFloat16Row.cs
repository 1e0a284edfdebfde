using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Products;

namespace PluginIr.CpuSimd.Rows;

/// <summary>
/// <see cref="RootMeanSquare.Scale"/> for float16, in two thirds of the instructions: of rows whose normalised numbers, weighted or not, are all less
/// than <see cref="BoundedFloat16{TLanes}.Bound"/>. Bits are the same.
/// </summary>
/// <remarks>
/// A product has the sign of its factors, however small it is: signs are taken from where these are stored, two at a time, and need not outlive the
/// roundings.
/// </remarks>
internal static unsafe class BoundedFloat16Row
{
    /// <summary>Writes a row times a factor; with a weight, that is rounded, multiplied and rounded again.</summary>
    /// <param name="row">The row. The output may lie where it is stored.</param>
    /// <param name="weight">One factor for each element, or none.</param>
    /// <param name="factor">What the row is multiplied by. Not negative.</param>
    /// <param name="hidden">How many elements the row has.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="ahead">Null, or what to fetch meanwhile: the result is then written past the caches.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Scale<TLanes>(
        WidenedFloat16 row, WidenedFloat16 weight, float factor, nint hidden, Float16Element* output, Float16Element* ahead)
        where TLanes : struct, ILanes<TLanes>
    {
        int step = 2 * TLanes.Count;
        BoundedFloat16<TLanes> halves = BoundedFloat16<TLanes>.Load();
        TLanes factors = TLanes.Create(factor);
        nint i = 0;
        if (weight.Values != null)
        {
            for (; i <= hidden - step; i += step)
            {
                TLanes signs = TLanes.Load((float*)(row.Stored + i)) ^ TLanes.Load((float*)(weight.Stored + i));
                TLanes first = TLanes.Load(row.Values + i) * factors, second = TLanes.Load(row.Values + i + TLanes.Count) * factors;
                first = halves.Round(first) * TLanes.Load(weight.Values + i);
                second = halves.Round(second) * TLanes.Load(weight.Values + i + TLanes.Count);
                halves.StorePair(first, second, signs, output + i, ahead != null);
                if (ahead != null)
                    Prefetch.OfNextRow(ahead + i, step);
            }
        }
        else
        {
            for (; i <= hidden - step; i += step)
            {
                TLanes signs = TLanes.Load((float*)(row.Stored + i));
                TLanes first = TLanes.Load(row.Values + i) * factors, second = TLanes.Load(row.Values + i + TLanes.Count) * factors;
                halves.StorePair(first, second, signs, output + i, ahead != null);
                if (ahead != null)
                    Prefetch.OfNextRow(ahead + i, step);
            }
        }

        if (i < hidden)
            ScaleLast<TLanes>(row, weight, factor, i, (int)(hidden - i), output);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScaleLast<TLanes>(WidenedFloat16 row, WidenedFloat16 weight, float factor, nint start, int count, Float16Element* output)
        where TLanes : struct, ILanes<TLanes>
    {
        int room = 2 * TLanes.Count;
        Float16Element* memory = stackalloc Float16Element[3 * room];
        WidenedFloat16 paddedRow = Pad(row, start, count, memory, room), paddedWeight = Pad(weight, start, count, memory + room, room);
        Float16Element* scaled = memory + (2 * room);
        Scale<TLanes>(paddedRow, paddedWeight, factor, room, scaled, null);
        Partial.Unpad(scaled, count, output + start);
    }

    private static WidenedFloat16 Pad(WidenedFloat16 row, nint start, int count, Float16Element* memory, int room)
    {
        if (row.Values == null)
            return row;
        Partial.Pad(row.Stored + start, count, memory, room);
        return new WidenedFloat16(memory, row.Values + start);
    }
}
