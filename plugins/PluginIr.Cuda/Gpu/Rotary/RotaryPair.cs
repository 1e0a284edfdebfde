using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Rotary;

/// <summary>A thread's part of a head: two chunks whose elements are pairs, or, of neighbours, which each have pairs of their own.</summary>
/// <remarks>Heads are numbered through, a token's queries and then its keys.</remarks>
internal struct RotaryPair
{
    public Chunk X, Y;

    /// <summary>Reads the part of a head; of the last one where there is none of that number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RotaryPair Load<TElement>(RotaryArguments<ArrayView<byte>> a, int head, int lower, int upper) where TElement : struct, IElement
    {
        head = IntrinsicMath.Min(head, a.QueryHeads + a.KeyHeads - 1);
        ArrayView<byte> source = Aligned(head < a.QueryHeads ? a.Query : a.Key);
        long row = RowOf(a, head);
        return new RotaryPair { X = TElement.Load(source, row + lower), Y = TElement.Load(source, row + upper) };
    }

    /// <summary>The part of the head's norm: the threads of a head do this together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RotaryPair Normalize<TElement>(RotaryArguments<ArrayView<byte>> a, int head, int lower, int upper, int threads) where TElement : struct, IElement
    {
        float sum = Chunk.SumOfSquares(X) + Chunk.SumOfSquares(Y);
        for (int distance = threads / 2; distance > 0; distance /= 2)
            sum += Warp.ShuffleXor(sum, distance);

        // Exactly: what is rounded to 16 bits here is turned afterwards, and where that takes away most of it, a last place is much of what is left.
        float factor = 1f / MathF.Sqrt((sum / a.HeadSize) + a.Epsilon);
        bool isQuery = head < a.QueryHeads;
        int type = isQuery ? a.QueryWeightType : a.KeyWeightType;
        ArrayView<byte> weights = isQuery ? a.QueryWeight : a.KeyWeight;
        return new RotaryPair
        {
            X = TElement.Round(Weighted(X * factor, weights, type, lower)),
            Y = TElement.Round(Weighted(Y * factor, weights, type, upper)),
        };
    }

    /// <summary>Turned by the angles of its first chunk's pairs, or of both chunks' where neighbours are pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RotaryPair Turn(Chunk cos, Chunk sin, int isNeox) => isNeox != 0
        ? new RotaryPair { X = (X * cos) + (Y * sin * -1f), Y = (Y * cos) + (X * sin) }
        : new RotaryPair
        {
            X = TurnNeighbours(X, cos.A, cos.B, cos.C, cos.D, sin.A, sin.B, sin.C, sin.D),
            Y = TurnNeighbours(Y, cos.E, cos.F, cos.G, cos.H, sin.E, sin.F, sin.G, sin.H),
        };

    /// <summary>Writes the part of a head before the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TElement>(RotaryArguments<ArrayView<byte>> a, int head, int end, int lower, int upper) where TElement : struct, IElement
    {
        if (head >= end)
            return;
        ArrayView<byte> target = Aligned(head < a.QueryHeads ? a.QueryOut : a.KeyOut);
        long row = RowOf(a, head);
        TElement.Store(target, row + lower, X);
        TElement.Store(target, row + upper, Y);
    }

    // Of two views, one of which is chosen, the compiler does not know what it knows of each. The host has looked at both. For memory that there is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ArrayView<byte> Aligned(ArrayView<byte> memory) => memory.AsAligned(2 * Chunk.Length);

    // In chunks.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long RowOf(RotaryArguments<ArrayView<byte>> a, int head) => (a.HeadSize / Chunk.Length) * (head < a.QueryHeads
        ? ((long)Grid.IdxX * a.QueryHeads) + head
        : ((long)Grid.IdxX * a.KeyHeads) + head - a.QueryHeads);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Chunk Weighted(Chunk x, ArrayView<byte> weights, int type, int chunk) =>
        type < 0 ? x : Numbers.Round(Numbers.Round(x, type) * Numbers.Load(Aligned(weights), type, chunk), type);

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
