using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Products;

/// <summary>Copies rows to scratch memory as float32, close together, for loops that read them more than once.</summary>
/// <remarks>
/// <para>Two vectors at a time, in the order of <see cref="IElement{TSelf}.LoadFirst"/> and <see cref="IElement{TSelf}.LoadSecond"/>: rows of one
/// dtype, copied or not, are read in one order.</para>
/// <para>What is left is read a vector at a time, in its natural order. The last vector is the row's last elements, some of which the vector before has
/// too: so no memory outside of the row is read, and nothing is copied element by element. Rows that are shorter than a vector are padded with zeros.</para>
/// </remarks>
internal static unsafe class Panel
{
    /// <summary>How many elements a copied row has: whole vectors.</summary>
    public static nint VectorLength<TLanes>(nint count) where TLanes : struct, ILanes<TLanes> => (count + TLanes.Count - 1) & -TLanes.Count;

    /// <summary>Copies rows.</summary>
    /// <param name="source">The first row.</param>
    /// <param name="sourceStride">Elements from one row to the next.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="count">How many elements of each are copied, to <see cref="VectorLength"/>.</param>
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

    /// <summary>Copies a row with each element once, and zeros in the last vector where the one before has them: what other rows are multiplied with.</summary>
    /// <param name="source">The row.</param>
    /// <param name="count">How many elements it has.</param>
    /// <param name="target">Where it goes.</param>
    public static void CopyOnce<TElement, TLanes>(TElement* source, nint count, float* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        CopyRow<TElement, TLanes>(source, count, target);
        nint last = count & -TLanes.Count;
        if (last > 0 && last < count)
            new Span<float>(target + last, (int)(last + TLanes.Count - count)).Clear();
    }

    /// <summary>Rounds a row back to where it is stored, in the order of <see cref="Copy"/>.</summary>
    /// <param name="source">The row, of <see cref="VectorLength"/>, computed from elements; see <see cref="IElement{TSelf}.RoundComputed"/>.</param>
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
        if (count < TLanes.Count && count > 0)
            Partial.Store(TLanes.Load(source), target, (int)count);
        for (; i < count && count >= TLanes.Count; i += TLanes.Count)
            TElement.Store(TLanes.Load(source + i), target + Math.Min(i, count - TLanes.Count));
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

        if (count < TLanes.Count && count > 0)
            Partial.Load<TElement, TLanes>(source, (int)count).Store(target);
        for (; i < count && count >= TLanes.Count; i += TLanes.Count)
            TElement.Load<TLanes>(source + Math.Min(i, count - TLanes.Count)).Store(target + i);
    }
}
