using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Products;

/// <summary>Copies rows to scratch memory as float32, close together and padded with zeros, for loops that read them more than once.</summary>
/// <remarks>
/// Two vectors at a time, in the order of <see cref="IElement{TSelf}.LoadFirst"/> and <see cref="IElement{TSelf}.LoadSecond"/>: rows of one
/// dtype, copied or not, are read in one order.
/// </remarks>
internal static unsafe class Panel
{
    /// <summary>How many elements a padded row has: a multiple of what two vectors of any width have.</summary>
    public static nint PaddedLength(nint count) => (count + 31) & ~31;

    /// <summary>Copies rows.</summary>
    /// <param name="source">The first row.</param>
    /// <param name="sourceStride">Elements from one row to the next.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="count">How many elements of each are copied; those up to <see cref="PaddedLength"/> become zero.</param>
    /// <param name="target">Where the first row goes.</param>
    /// <param name="targetStride">Elements from one row to the next there.</param>
    /// <param name="paddedRows">How many rows there are in the target; those past the source's become zero.</param>
    public static void Copy<TElement, TLanes>(
        TElement* source, nint sourceStride, nint rows, nint count, float* target, nint targetStride, nint paddedRows)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint row = 0; row < rows; row++)
            CopyRow<TElement, TLanes>(source + (row * sourceStride), count, target + (row * targetStride));
        for (nint row = rows; row < paddedRows; row++)
            new Span<float>(target + (row * targetStride), (int)PaddedLength(count)).Clear();
    }

    /// <summary>Rounds a row back to where it is stored, in the order of <see cref="Copy"/>.</summary>
    /// <param name="source">The row, of <see cref="PaddedLength"/>, computed from elements; see <see cref="IElement{TSelf}.RoundComputed"/>.</param>
    /// <param name="count">How many elements go back.</param>
    /// <param name="target">Where they go.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Store<TElement, TLanes>(float* source, nint count, TElement* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        UpperHalves<TLanes> constants = TElement.LoadConstants<TLanes>();
        for (; i <= count - (2 * TLanes.Count); i += 2 * TLanes.Count)
            TElement.StorePair(TLanes.Load(source + i), TLanes.Load(source + i + TLanes.Count), target + i, streams: false, constants);
        if (i < count)
            StoreEnd<TElement, TLanes>(source + i, (int)(count - i), target + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void CopyRow<TElement, TLanes>(TElement* source, nint count, float* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= count - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            TElement.LoadFirst<TLanes>(source + i).Store(target + i);
            TElement.LoadSecond<TLanes>(source + i).Store(target + i + TLanes.Count);
        }

        if (i < PaddedLength(count))
            CopyEnd<TElement, TLanes>(source + i, (int)(count - i), target + i, (int)(PaddedLength(count) - i));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreEnd<TElement, TLanes>(float* source, int count, TElement* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        TElement* padded = stackalloc TElement[2 * TLanes.Count];
        Store<TElement, TLanes>(source, 2 * TLanes.Count, padded);
        Partial.Unpad(padded, count, target);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CopyEnd<TElement, TLanes>(TElement* source, int count, float* target, int room)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        var padded = (TElement*)target; // No element is larger than a float32. From behind, so that none is written over before it is read.
        Partial.Pad(source, count, padded, room);
        for (nint i = room - (2 * TLanes.Count); i >= 0; i -= 2 * TLanes.Count)
        {
            TLanes first = TElement.LoadFirst<TLanes>(padded + i), second = TElement.LoadSecond<TLanes>(padded + i);
            first.Store(target + i);
            second.Store(target + i + TLanes.Count);
        }
    }
}
