using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Products;

/// <summary>Copies rows to scratch memory as float32, close together and padded with zeros, for loops that read them more than once.</summary>
internal static unsafe class Panel
{
    /// <summary>How many elements a padded row has: a multiple of every vector's lanes.</summary>
    public static nint PaddedLength(nint count) => (count + 15) & ~15;

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void CopyRow<TElement, TLanes>(TElement* source, nint count, float* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TElement.Load<TLanes>(source + i).Store(target + i);
        if (i < count)
        {
            Partial.Load<TElement, TLanes>(source + i, (int)(count - i)).Store(target + i);
            i += TLanes.Count;
        }

        for (nint padded = PaddedLength(count); i < padded; i += TLanes.Count)
            TLanes.Create(0f).Store(target + i);
    }
}
