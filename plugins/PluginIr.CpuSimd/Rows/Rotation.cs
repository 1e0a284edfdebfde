using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>Turns the pairs of one head's elements by the angles of one position.</summary>
/// <remarks>
/// Products are rounded before they are added, as the definition has it. Inputs are read before the outputs are written that may lie in
/// their place.
/// </remarks>
internal static unsafe class Rotation
{
    /// <summary>
    /// From a cosine for each pair and then a sine for each: one cosine and one sine for each element, the sine of a pair's first negated.
    /// </summary>
    public static void SpreadToNeighbors(float* cosSin, nint pairs, float* cos, float* sin)
    {
        for (nint i = 0; i < pairs; i++)
        {
            (float c, float s) = (cosSin[i], cosSin[pairs + i]);
            (cos[2 * i], cos[(2 * i) + 1]) = (c, c);
            (sin[2 * i], sin[(2 * i) + 1]) = (-s, s);
        }
    }

    /// <summary>Turns pairs that are made of two halves: element i of a head goes with element i + pairs.</summary>
    /// <param name="x">The first head.</param>
    /// <param name="xStride">Elements from one head to the next.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="pairs">How many pairs each has.</param>
    /// <param name="cos">A cosine for each pair.</param>
    /// <param name="sin">A sine for each pair.</param>
    /// <param name="output">Where the first head goes.</param>
    /// <param name="outputStride">Elements from one head to the next there.</param>
    /// <param name="streams">True to write past the caches.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void TurnHalves<TElement, TLanes>(
        TElement* x, nint xStride, nint heads, nint pairs, float* cos, float* sin, TElement* output, nint outputStride, bool streams)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (; heads > 0; heads--, x += xStride, output += outputStride)
        {
            nint i = 0;
            for (; i <= pairs - TLanes.Count; i += TLanes.Count)
            {
                TLanes x1 = TElement.Load<TLanes>(x + i), x2 = TElement.Load<TLanes>(x + pairs + i);
                TLanes c = TLanes.Load(cos + i), s = TLanes.Load(sin + i);
                TElement.StoreWhole((x1 * c) - (x2 * s), output + i, streams);
                TElement.StoreWhole((x2 * c) + (x1 * s), output + pairs + i, streams);
            }

            if (i < pairs)
                TurnLastHalves<TElement, TLanes>(x + i, pairs, (int)(pairs - i), cos + i, sin + i, output + i);
        }
    }

    /// <summary>Turns pairs of neighbours: element 2 · i goes with element 2 · i + 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void TurnNeighbors<TElement, TLanes>(TElement* x, nint count, float* cos, float* sin, TElement* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TElement.Store(Turned(TElement.Load<TLanes>(x + i), cos + i, sin + i), output + i);
        if (i < count)
            Partial.Store(Turned(Partial.Load<TElement, TLanes>(x + i, (int)(count - i)), cos + i, sin + i), output + i, (int)(count - i));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TurnLastHalves<TElement, TLanes>(TElement* x, nint pairs, int count, float* cos, float* sin, TElement* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes x1 = Partial.Load<TElement, TLanes>(x, count), x2 = Partial.Load<TElement, TLanes>(x + pairs, count);
        TLanes c = TLanes.Load(cos), s = TLanes.Load(sin);
        Partial.Store((x1 * c) - (x2 * s), output, count);
        Partial.Store((x2 * c) + (x1 * s), output + pairs, count);
    }

    // The first of a pair: x₁ · cos + x₂ · -sin; the second: x₂ · cos + x₁ · sin.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Turned<TLanes>(TLanes x, float* cos, float* sin) where TLanes : struct, ILanes<TLanes> =>
        (x * TLanes.Load(cos)) + (x.SwapNeighbors() * TLanes.Load(sin));
}
