using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Rotary;

/// <summary>Turns heads by their token's position, normalised first or not, with 128-bit accesses. Each element is read once and written once.</summary>
/// <remarks>
/// <para>A thread has 16 elements, two chunks whose elements are pairs: so many apart as the style says. Groups along x are tokens, groups along
/// y parts of a token's heads. A head is 2ⁿ threads of one warp when it is normalised. A thread writes the chunks that
/// it has read itself, so outputs may be inputs' memory; those past the end may read a chunk that has been written, and what they make of it goes
/// nowhere.</para>
/// <para>A position that is not in the cache makes NaN; nothing outside the cache is read.</para>
/// </remarks>
internal static class RotaryKernel
{
    /// <summary>The kernel.</summary>
    public static void Run<TElement, TNorm>(RotaryArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TNorm : struct, INorm
    {
        int perHead = a.HeadSize / (2 * Chunk.Length), items = (a.QueryHeads + a.KeyHeads) * perHead;
        int index = (Grid.IdxY * Group.DimX) + Group.IdxX, item = IntrinsicMath.Min(index, items - 1);
        int head = item / perHead, part = item - (head * perHead), turned = a.RotaryDim / (2 * Chunk.Length);
        bool isQuery = head < a.QueryHeads, isTurned = part < turned;
        int lower = a.IsNeox != 0 && isTurned ? part : 2 * part, upper = a.IsNeox != 0 && isTurned ? part + turned : (2 * part) + 1;
        long row = isQuery ? ((long)Grid.IdxX * a.QueryHeads) + head : ((long)Grid.IdxX * a.KeyHeads) + head - a.QueryHeads;
        row *= a.HeadSize / Chunk.Length;
        ArrayView<byte> source = isQuery ? a.Query : a.Key, target = isQuery ? a.QueryOut : a.KeyOut;
        Chunk x = TElement.Load(source, row + lower), y = TElement.Load(source, row + upper);
        if (TNorm.IsNormalized)
        {
            float sum = Chunk.SumOfSquares(x) + Chunk.SumOfSquares(y);
            for (int distance = perHead / 2; distance > 0; distance /= 2)
                sum += Warp.ShuffleXor(sum, distance);
            float factor = 1f / MathF.Sqrt((sum / a.HeadSize) + a.Epsilon);
            int type = isQuery ? a.QueryWeightType : a.KeyWeightType;
            ArrayView<byte> weights = isQuery ? a.QueryWeight : a.KeyWeight;
            x = TElement.Round(Weighted(x * factor, weights, type, lower));
            y = TElement.Round(Weighted(y * factor, weights, type, upper));
        }

        if (isTurned)
        {
            long position = Indices.At(a.Positions, a.IsWide, Grid.IdxX);
            Chunk cos = new Chunk() * float.NaN, sin = cos;
            if (position >= 0 && position < a.CacheRows)
            {
                long angles = position * (a.RotaryDim / Chunk.Length);
                cos = TElement.Round(Numbers.Load(a.Cache, a.CacheType, angles + part));
                sin = TElement.Round(Numbers.Load(a.Cache, a.CacheType, angles + turned + part));
            }

            if (a.IsNeox != 0)
            {
                Chunk first = (x * cos) + (y * sin * -1f);
                y = (y * cos) + (x * sin);
                x = first;
            }
            else
            {
                Chunk low = TurnNeighbours(x, cos.A, cos.B, cos.C, cos.D, sin.A, sin.B, sin.C, sin.D);
                y = TurnNeighbours(y, cos.E, cos.F, cos.G, cos.H, sin.E, sin.F, sin.G, sin.H);
                x = low;
            }
        }

        if (index < items)
        {
            TElement.Store(target, row + lower, x);
            TElement.Store(target, row + upper, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Chunk Weighted(Chunk x, ArrayView<byte> weights, int type, int chunk) =>
        type < 0 ? x : Numbers.Round(Numbers.Round(x, type) * Numbers.Load(weights, type, chunk), type);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Chunk TurnNeighbours(Chunk x, float c0, float c1, float c2, float c3, float s0, float s1, float s2, float s3) => new()
    {
        A = (x.A * c0) - (x.B * s0),
        B = (x.B * c0) + (x.A * s0),
        C = (x.C * c1) - (x.D * s1),
        D = (x.D * c1) + (x.C * s1),
        E = (x.E * c2) - (x.F * s2),
        F = (x.F * c2) + (x.E * s2),
        G = (x.G * c3) - (x.H * s3),
        H = (x.H * c3) + (x.G * s3),
    };
}
