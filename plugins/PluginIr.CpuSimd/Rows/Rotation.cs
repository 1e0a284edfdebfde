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
    /// Widens a cache row's cosines and sines, rounded to the activations' dtype, for <see cref="TurnHalves"/>: one of each for a pair. Both
    /// targets have room for a whole number of vectors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void PrepareHalves<TCache, TElement, TLanes>(TCache* cosSin, nint pairs, float* cos, float* sin)
        where TCache : unmanaged, IElement<TCache>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= pairs - TLanes.Count; i += TLanes.Count)
        {
            TElement.Round(TCache.Load<TLanes>(cosSin + i)).Store(cos + i);
            TElement.Round(TCache.Load<TLanes>(cosSin + pairs + i)).Store(sin + i);
        }

        if (i < pairs)
        {
            TElement.Round(Partial.Load<TCache, TLanes>(cosSin + i, (int)(pairs - i))).Store(cos + i);
            TElement.Round(Partial.Load<TCache, TLanes>(cosSin + pairs + i, (int)(pairs - i))).Store(sin + i);
        }
    }

    /// <summary>
    /// The same for <see cref="TurnNeighbors"/>: one cosine and one sine for an element, the sine of a pair's first element negated.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void PrepareNeighbors<TCache, TElement, TLanes>(TCache* cosSin, nint pairs, float* cos, float* sin)
        where TCache : unmanaged, IElement<TCache>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        PrepareHalves<TCache, TElement, TLanes>(cosSin, pairs, cos, sin);
        for (nint i = pairs - 1; i >= 0; i--)
        {
            // From the end, so that nothing is written over before it was read.
            (float c, float s) = (cos[i], sin[i]);
            (cos[2 * i], cos[(2 * i) + 1]) = (c, c);
            (sin[2 * i], sin[(2 * i) + 1]) = (-s, s);
        }
    }

    /// <summary>Turns pairs that are made of two halves: element i goes with element i + pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void TurnHalves<TElement, TLanes>(TElement* x, nint pairs, float* cos, float* sin, TElement* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= pairs - TLanes.Count; i += TLanes.Count)
        {
            TLanes x1 = TElement.Load<TLanes>(x + i), x2 = TElement.Load<TLanes>(x + pairs + i);
            TLanes c = TLanes.Load(cos + i), s = TLanes.Load(sin + i);
            TElement.Store((x1 * c) - (x2 * s), output + i);
            TElement.Store((x2 * c) + (x1 * s), output + pairs + i);
        }

        if (i < pairs)
            TurnLastHalves<TElement, TLanes>(x + i, pairs, (int)(pairs - i), cos + i, sin + i, output + i);
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
