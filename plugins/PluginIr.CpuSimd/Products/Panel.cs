using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Products;

/// <summary>Copies rows to scratch memory as float32, close together, for loops that read them more than once.</summary>
/// <remarks>
/// <para>Two vectors at a time, in the order of <see cref="IElement{TSelf}.LoadFirst"/> and <see cref="IElement{TSelf}.LoadSecond"/>: rows of one
/// dtype, copied or not, are read in one order.</para>
/// <para>The last two vectors are the row's last elements, some of which those before have too: so loops read rows of any length where they lie, and no
/// memory outside of them. Rows that are shorter than that are padded with zeros.</para>
/// </remarks>
internal static unsafe class Panel
{
    /// <summary>How many elements a copied row has.</summary>
    public static nint LengthOf<TLanes>(nint count) where TLanes : struct, ILanes<TLanes> => (count + (2 * TLanes.Count) - 1) & -(2 * TLanes.Count);

    /// <summary>Copies rows.</summary>
    /// <param name="source">The first row.</param>
    /// <param name="sourceStride">Elements from one row to the next.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="count">How many elements of each are copied, to <see cref="LengthOf"/>.</param>
    /// <param name="target">Where the first row goes.</param>
    /// <param name="targetStride">Elements from one row to the next there: <see cref="Padding.ToVectorPair"/> at least.</param>
    /// <param name="paddedRows">How many rows there are in the target; those past the source's become zero.</param>
    public static void Copy<TElement, TLanes>(
        TElement* source, nint sourceStride, nint rows, nint count, float* target, nint targetStride, nint paddedRows)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint row = 0; row < rows; row++)
            CopyRow<TElement, TLanes>(source + (row * sourceStride), count, target + (row * targetStride));
        for (nint row = rows; row < paddedRows; row++)
            new Span<float>(target + (row * targetStride), (int)Padding.ToVectorPair(count)).Clear();
    }

    /// <summary>
    /// Copies a row with each element once, and zeros in the last two vectors for those that the ones before have: what other rows are multiplied with.
    /// </summary>
    /// <param name="source">The row.</param>
    /// <param name="count">How many elements it has.</param>
    /// <param name="target">Where it goes.</param>
    public static void CopyOnce<TElement, TLanes>(TElement* source, nint count, float* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        CopyRow<TElement, TLanes>(source, count, target);
        nint whole = count & -(2 * TLanes.Count);
        if (whole > 0 && whole < count)
            CopyPadded<TElement, TLanes>(source + whole, (int)(count - whole), atEnd: true, target + whole);
    }

    /// <summary>Rounds a row back to where it is stored, in the order of <see cref="Copy"/>.</summary>
    /// <param name="source">The row, of <see cref="LengthOf"/>, computed from elements; see <see cref="IElement{TSelf}.RoundComputed"/>.</param>
    /// <param name="count">How many elements go back.</param>
    /// <param name="target">Where they go.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Store<TElement, TLanes>(float* source, nint count, TElement* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint last = count - (2 * TLanes.Count);
        if (last < 0)
        {
            StoreShort<TElement, TLanes>(source, (int)count, target);
            return;
        }

        UpperHalves<TLanes> constants = TElement.LoadConstants<TLanes>();
        for (nint i = 0; i < count; i += 2 * TLanes.Count)
            TElement.StorePair(TLanes.Load(source + i), TLanes.Load(source + i + TLanes.Count), target + Math.Min(i, last), streams: false, constants);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void CopyRow<TElement, TLanes>(TElement* source, nint count, float* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint last = count - (2 * TLanes.Count);
        if (last < 0)
        {
            CopyPadded<TElement, TLanes>(source, (int)count, atEnd: false, target);
            return;
        }

        for (nint i = 0; i < count; i += 2 * TLanes.Count)
        {
            TElement* pair = source + Math.Min(i, last);
            TElement.LoadFirst<TLanes>(pair).Store(target + i);
            TElement.LoadSecond<TLanes>(pair).Store(target + i + TLanes.Count);
        }
    }

    // Fewer elements than two vectors have, with zeros before or after them; none is copied to nowhere.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CopyPadded<TElement, TLanes>(TElement* source, int count, bool atEnd, float* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (count == 0)
            return;
        TElement* padded = stackalloc TElement[2 * TLanes.Count];
        new Span<TElement>(padded, 2 * TLanes.Count).Clear(); // All bits zero is 0 in every dtype.
        new ReadOnlySpan<TElement>(source, count).CopyTo(new Span<TElement>(padded + (atEnd ? (2 * TLanes.Count) - count : 0), count));
        TElement.LoadFirst<TLanes>(padded).Store(target);
        TElement.LoadSecond<TLanes>(padded).Store(target + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreShort<TElement, TLanes>(float* source, int count, TElement* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (count == 0)
            return;
        TElement* padded = stackalloc TElement[2 * TLanes.Count];
        Store<TElement, TLanes>(source, 2 * TLanes.Count, padded);
        Partial.Unpad(padded, count, target);
    }
}
