using System.Numerics;
using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Products;

namespace PluginIr.CpuSimd.Attending;

/// <summary>What is done to one query's scores before its softmax.</summary>
internal static unsafe class ScoreRows
{
    /// <summary>
    /// Up to which magnitude, as bits, a score's rounding is too small to show in the result. An error of the score is the same error,
    /// relative, of its weight; a score is off by a few units of its last place. 16-bit results forgive that up to 512, float32 up to 32. Where large
    /// products cancel to a small score it is off by more, in the definition's order as in this one: neither is the better one.
    /// </summary>
    public static int LargestWellRounded(bool isSingle) => BitConverter.SingleToInt32Bits(isSingle ? 32f : 512f);

    /// <summary>Puts scores in the keys' order.</summary>
    /// <param name="scores">The scores of four parts of the keys, as long as each other: of each the first, then of each the second, and so on.</param>
    /// <param name="part">How many keys a part has.</param>
    /// <param name="room">Memory for as many scores.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Unzip<TLanes>(float* scores, nint part, float* room) where TLanes : struct, ILanes<TLanes>
    {
        new Span<float>(scores, (int)(4 * part)).CopyTo(new Span<float>(room, (int)(4 * part)));
        float* second = scores + part, third = second + part, fourth = third + part;
        nint i = 0;
        for (; i <= part - TLanes.Count; i += TLanes.Count)
        {
            float* source = room + (4 * i);
            TLanes v0 = TLanes.Load(source), v1 = TLanes.Load(source + TLanes.Count);
            TLanes v2 = TLanes.Load(source + (2 * TLanes.Count)), v3 = TLanes.Load(source + (3 * TLanes.Count));
            TLanes evens0 = TLanes.Evens(v0, v1), evens1 = TLanes.Evens(v2, v3), odds0 = TLanes.Odds(v0, v1), odds1 = TLanes.Odds(v2, v3);
            TLanes.Evens(evens0, evens1).Store(scores + i);
            TLanes.Evens(odds0, odds1).Store(second + i);
            TLanes.Odds(evens0, evens1).Store(third + i);
            TLanes.Odds(odds0, odds1).Store(fourth + i);
        }

        for (; i < part; i++)
            (scores[i], second[i], third[i], fourth[i]) = (room[4 * i], room[(4 * i) + 1], room[(4 * i) + 2], room[(4 * i) + 3]);
    }

    /// <summary>Multiplies scores in place, to a whole vector, and returns the greatest magnitude's bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Scale<TLanes>(float* scores, nint count, float scale) where TLanes : struct, ILanes<TLanes>
    {
        TLanes factor = TLanes.Create(scale), magnitude = TLanes.CreateBits(0x7FFF_FFFF), greatest = TLanes.Create(0f);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            TLanes scaled = TLanes.Load(scores + i) * factor;
            scaled.Store(scores + i);
            greatest = TLanes.MaxBits(greatest, scaled & magnitude);
        }

        return greatest.MaxOfBits();
    }

    /// <summary>
    /// Scores one query bit for bit as the definition does: in <see cref="Vector{T}"/>'s lanes, each product rounded before it is added.
    /// </summary>
    /// <param name="query">The query.</param>
    /// <param name="keys">The first key.</param>
    /// <param name="keyStride">Elements from one key to the next.</param>
    /// <param name="count">How many keys.</param>
    /// <param name="size">How many elements each has.</param>
    /// <param name="scale">What products are multiplied by.</param>
    /// <param name="scores">Where the scores go.</param>
    /// <param name="queryPanel">Memory for a query as float32.</param>
    /// <param name="keyPanel">The same for a key.</param>
    public static void ScoreInOrder<TElement, TLanes>(
        TElement* query, TElement* keys, nint keyStride, nint count, nint size, float scale, float* scores, float* queryPanel, float* keyPanel)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        Singles.Widen<TElement, TLanes>(query, size, queryPanel);
        for (nint key = 0; key < count; key++)
        {
            Singles.Widen<TElement, TLanes>(keys + (key * keyStride), size, keyPanel);
            scores[key] = DotInOrder(queryPanel, keyPanel, size) * scale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float DotInOrder(float* left, float* right, nint count)
    {
        Vector<float> sums = Vector<float>.Zero;
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            sums += Vector.Load(left + i) * Vector.Load(right + i);
        float sum = Vector.Sum(sums);
        for (; i < count; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
