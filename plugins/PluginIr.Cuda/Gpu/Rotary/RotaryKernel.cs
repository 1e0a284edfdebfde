using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Rotary;

/// <summary>Turns heads by their token's position, normalised first or not, with 128-bit accesses. Each element is read once and written once.</summary>
/// <remarks>
/// <para>A thread has the same 16 elements of up to four heads of a token, so that angles are read once for the four, and what is read of all is under way
/// at once. The 16 are two chunks whose elements are pairs: so many apart as the style says. Groups along x are tokens, groups along y parts of a token's
/// heads. A head is 2ⁿ threads of one warp when it is normalised. A thread writes the chunks that it has read itself, so outputs may be inputs' memory;
/// those past the end may read a chunk that has been written, and what they make of it goes nowhere.</para>
/// <para>A position that is not in the cache makes NaN; nothing outside the cache is read.</para>
/// </remarks>
internal static class RotaryKernel
{
    /// <summary>Heads of a thread.</summary>
    public const int Heads = 4;

    /// <summary>The kernel.</summary>
    /// <typeparam name="TElement">The heads' element type.</typeparam>
    /// <typeparam name="TCache">The cache's. It has a position at least.</typeparam>
    /// <typeparam name="TNorm">Whether heads are normalised.</typeparam>
    public static void Run<TElement, TCache, TNorm>(RotaryArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TCache : struct, IElement
        where TNorm : struct, INorm
    {
        long position = Indices.At(a.Positions, a.IsWide, Grid.IdxX);
        int perHead = a.HeadSize / (2 * Chunk.Length), heads = a.QueryHeads + a.KeyHeads, apart = (heads + Heads - 1) / Heads, items = apart * perHead;
        int index = (Grid.IdxY * Group.DimX) + Group.IdxX, item = IntrinsicMath.Min(index, items - 1);
        int head = item / perHead, part = item - (head * perHead), turned = a.RotaryDim / (2 * Chunk.Length);
        bool isTurned = part < turned;
        int lower = a.IsNeox != 0 && isTurned ? part : 2 * part, upper = a.IsNeox != 0 && isTurned ? part + turned : (2 * part) + 1;
        RotaryPair p0 = RotaryPair.Load<TElement>(a, head, lower, upper), p1 = RotaryPair.Load<TElement>(a, head + apart, lower, upper);
        RotaryPair p2 = RotaryPair.Load<TElement>(a, head + (2 * apart), lower, upper), p3 = RotaryPair.Load<TElement>(a, head + (3 * apart), lower, upper);

        // Read without a branch, which would wait for the heads first. Outside of the cache there are the first position's, and then NaN.
        bool isInCache = position >= 0 && position < a.CacheRows;
        long angles = (isInCache ? position : 0) * (a.RotaryDim / Chunk.Length);
        int pair = IntrinsicMath.Min(part, turned - 1);
        Chunk cos = TElement.Round(TCache.Load(a.Cache, angles + pair)) * (isInCache ? 1f : float.NaN);
        Chunk sin = TElement.Round(TCache.Load(a.Cache, angles + turned + pair)) * (isInCache ? 1f : float.NaN);
        if (TNorm.IsNormalized)
        {
            p0 = p0.Normalize<TElement>(a, head, lower, upper, perHead);
            p1 = p1.Normalize<TElement>(a, head + apart, lower, upper, perHead);
            p2 = p2.Normalize<TElement>(a, head + (2 * apart), lower, upper, perHead);
            p3 = p3.Normalize<TElement>(a, head + (3 * apart), lower, upper, perHead);
        }

        if (isTurned)
        {
            p0 = p0.Turn(cos, sin, a.IsNeox);
            p1 = p1.Turn(cos, sin, a.IsNeox);
            p2 = p2.Turn(cos, sin, a.IsNeox);
            p3 = p3.Turn(cos, sin, a.IsNeox);
        }

        int end = index < items ? heads : 0;
        p0.Store<TElement>(a, head, end, lower, upper);
        p1.Store<TElement>(a, head + apart, end, lower, upper);
        p2.Store<TElement>(a, head + (2 * apart), end, lower, upper);
        p3.Store<TElement>(a, head + (3 * apart), end, lower, upper);
    }
}
