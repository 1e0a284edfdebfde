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
    /// <remarks>Where there are enough, four vectors of each half at a time, whose cosines and sines stay in registers for all heads.</remarks>
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
        bool past = streams; // The argument lies on the stack, where it would be stored and loaded again for every vector.
        nint turned = 0;
        if (typeof(TElement) != typeof(Float16Element)) // Whose conversions are too long for the JIT to put in line so often.
        {
            for (; turned <= pairs - (4 * TLanes.Count); turned += 4 * TLanes.Count)
                TurnFour<TElement, TLanes>(x + turned, xStride, heads, pairs, cos + turned, sin + turned, output + turned, outputStride, past);
        }

        if (turned < pairs)
            TurnRest<TElement, TLanes>(x, xStride, heads, turned, pairs, cos, sin, output, outputStride, past);
    }

    // By itself: for bfloat16, the JIT puts no more than the above in line, and calls for every operation on vectors took ten times as long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TurnRest<TElement, TLanes>(
        TElement* x, nint xStride, nint heads, nint turned, nint pairs, float* cos, float* sin, TElement* output, nint outputStride, bool streams)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        bool past = streams; // See above.
        for (; heads > 0; heads--, x += xStride, output += outputStride)
        {
            nint i = turned;
            for (; i <= pairs - TLanes.Count; i += TLanes.Count)
                Turn(x + i, pairs, TLanes.Load(cos + i), TLanes.Load(sin + i), output + i, past);
            if (i == pairs)
                continue;
            if ((pairs - i) % Lanes128.Count == 0)
                TurnNarrow<TElement, TLanes>(x, i, pairs, cos, sin, output);
            else
                TurnLast<TElement, TLanes>(x + i, pairs, (int)(pairs - i), cos + i, sin + i, output + i);
        }
    }

    // What narrower vectors take, to the same bits: many heads' halves are a multiple of 8 and not of 16.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TurnNarrow<TElement, TLanes>(TElement* x, nint turned, nint pairs, float* cos, float* sin, TElement* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = turned;
        if (TLanes.Count > Lanes256.Count && i <= pairs - Lanes256.Count)
        {
            Turn(x + i, pairs, Lanes256.Load(cos + i), Lanes256.Load(sin + i), output + i, streams: false);
            i += Lanes256.Count;
        }

        if (i < pairs)
            Turn(x + i, pairs, Lanes128.Load(cos + i), Lanes128.Load(sin + i), output + i, streams: false);
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

    // In all heads.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnFour<TElement, TLanes>(
        TElement* x, nint xStride, nint heads, nint pairs, float* cos, float* sin, TElement* output, nint outputStride, bool streams)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes c0 = TLanes.Load(cos), s0 = TLanes.Load(sin);
        TLanes c1 = TLanes.Load(cos + TLanes.Count), s1 = TLanes.Load(sin + TLanes.Count);
        TLanes c2 = TLanes.Load(cos + (2 * TLanes.Count)), s2 = TLanes.Load(sin + (2 * TLanes.Count));
        TLanes c3 = TLanes.Load(cos + (3 * TLanes.Count)), s3 = TLanes.Load(sin + (3 * TLanes.Count));
        for (; heads > 0; heads--, x += xStride, output += outputStride)
        {
            Turn(x, pairs, c0, s0, output, streams);
            Turn(x + TLanes.Count, pairs, c1, s1, output + TLanes.Count, streams);
            Turn(x + (2 * TLanes.Count), pairs, c2, s2, output + (2 * TLanes.Count), streams);
            Turn(x + (3 * TLanes.Count), pairs, c3, s3, output + (3 * TLanes.Count), streams);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn<TElement, TLanes>(TElement* x, nint pairs, TLanes cos, TLanes sin, TElement* output, bool streams)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes x1 = TElement.Load<TLanes>(x), x2 = TElement.Load<TLanes>(x + pairs);
        TElement.StoreWhole((x1 * cos) - (x2 * sin), output, streams);
        TElement.StoreWhole((x2 * cos) + (x1 * sin), output + pairs, streams);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TurnLast<TElement, TLanes>(TElement* x, nint pairs, int count, float* cos, float* sin, TElement* output)
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
