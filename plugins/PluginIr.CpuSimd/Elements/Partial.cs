using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Elements;

/// <summary>Reads and writes fewer elements than a vector has lanes: the end of a row. Touches no memory past the end.</summary>
/// <remarks>Out of line, as the padded copies need a stack frame that the loops should not have.</remarks>
internal static unsafe class Partial
{
    /// <summary>Reads <paramref name="count"/> elements; the lanes past them are zero.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TLanes Load<TElement, TLanes>(TElement* source, int count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        TElement* padded = stackalloc TElement[TLanes.Count];
        Pad<TElement, TLanes>(source, count, padded);
        return TElement.Load<TLanes>(padded);
    }

    /// <summary>Copies <paramref name="count"/> elements and zeros after them, as many as a vector has lanes in all.</summary>
    public static void Pad<TElement, TLanes>(TElement* source, int count, TElement* padded)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        Pad(source, count, padded, TLanes.Count);

    /// <summary>Copies <paramref name="count"/> elements and zeros after them, <paramref name="room"/> in all.</summary>
    public static void Pad<TElement>(TElement* source, int count, TElement* padded, int room) where TElement : unmanaged
    {
        new Span<TElement>(padded, room).Clear(); // All bits zero is 0 in every dtype.
        new ReadOnlySpan<TElement>(source, count).CopyTo(new Span<TElement>(padded, count));
    }

    /// <summary>Rounds the first <paramref name="count"/> lanes and writes them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Store<TElement, TLanes>(TLanes values, TElement* target, int count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        TElement* padded = stackalloc TElement[TLanes.Count];
        TElement.Store(values, padded);
        new ReadOnlySpan<TElement>(padded, count).CopyTo(new Span<TElement>(target, count));
    }
}
