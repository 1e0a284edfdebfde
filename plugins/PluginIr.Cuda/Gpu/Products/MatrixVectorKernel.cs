using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Products;

/// <summary>A linear layer for one row, or up to eight of float32, as fast as the weights come: they are read once, with 128-bit loads.</summary>
/// <remarks>
/// <para>A group makes four outputs of all rows. Its threads share the inner dimension, so that rows of weights no longer than a few chunks a
/// thread are all under way at once; four outputs share each load of x, which comes from the caches.</para>
/// <para>The 32 sums of a warp are brought together in 31 exchanges: in each step a lane gives half of its sums away and keeps the other half,
/// until it has one. Rows past the last are computed as copies of it and not written. The inner dimension is a multiple of 8.</para>
/// </remarks>
internal static class MatrixVectorKernel
{
    /// <summary>Outputs of a group.</summary>
    public const int Outputs = 4;

    /// <summary>Threads of a group.</summary>
    public const int Threads = 128;

    private const int Warps = Threads / Reduction.WarpSize;

    /// <summary>The kernel.</summary>
    /// <typeparam name="TElement">The element type.</typeparam>
    /// <typeparam name="TRows">For one row or for up to eight.</typeparam>
    public static void Run<TElement, TRows>(ProductArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TRows : struct, IRowCount
    {
        int chunks = a.Inner / Chunk.Length, first = Grid.IdxX * Outputs, last = a.Outer - 1;
        long w0 = (long)first * chunks, w1 = (long)IntrinsicMath.Min(first + 1, last) * chunks;
        long w2 = (long)IntrinsicMath.Min(first + 2, last) * chunks, w3 = (long)IntrinsicMath.Min(first + 3, last) * chunks;
        Weights.Prefetch(a, first, Outputs, Threads);
        Instructions.AwaitEarlier();
        Chunk s0 = default, s1 = default, s2 = default, s3 = default;
        for (int i = Group.IdxX; i < chunks; i += Threads)
        {
            Chunk c0 = TElement.Load(a.Weight, w0 + i), c1 = TElement.Load(a.Weight, w1 + i);
            Chunk c2 = TElement.Load(a.Weight, w2 + i), c3 = TElement.Load(a.Weight, w3 + i);
            Chunk x = TElement.Load(a.X, i);
            s0.A = Add<TRows>(s0.A, x, c0);
            s1.A = Add<TRows>(s1.A, x, c1);
            s2.A = Add<TRows>(s2.A, x, c2);
            s3.A = Add<TRows>(s3.A, x, c3);
            if (!TRows.IsOne)
            {
                x = Row<TElement>(a, 1, chunks, i);
                s0.B = Add<TRows>(s0.B, x, c0);
                s1.B = Add<TRows>(s1.B, x, c1);
                s2.B = Add<TRows>(s2.B, x, c2);
                s3.B = Add<TRows>(s3.B, x, c3);
                x = Row<TElement>(a, 2, chunks, i);
                s0.C = Add<TRows>(s0.C, x, c0);
                s1.C = Add<TRows>(s1.C, x, c1);
                s2.C = Add<TRows>(s2.C, x, c2);
                s3.C = Add<TRows>(s3.C, x, c3);
                x = Row<TElement>(a, 3, chunks, i);
                s0.D = Add<TRows>(s0.D, x, c0);
                s1.D = Add<TRows>(s1.D, x, c1);
                s2.D = Add<TRows>(s2.D, x, c2);
                s3.D = Add<TRows>(s3.D, x, c3);
                x = Row<TElement>(a, 4, chunks, i);
                s0.E = Add<TRows>(s0.E, x, c0);
                s1.E = Add<TRows>(s1.E, x, c1);
                s2.E = Add<TRows>(s2.E, x, c2);
                s3.E = Add<TRows>(s3.E, x, c3);
                x = Row<TElement>(a, 5, chunks, i);
                s0.F = Add<TRows>(s0.F, x, c0);
                s1.F = Add<TRows>(s1.F, x, c1);
                s2.F = Add<TRows>(s2.F, x, c2);
                s3.F = Add<TRows>(s3.F, x, c3);
                x = Row<TElement>(a, 6, chunks, i);
                s0.G = Add<TRows>(s0.G, x, c0);
                s1.G = Add<TRows>(s1.G, x, c1);
                s2.G = Add<TRows>(s2.G, x, c2);
                s3.G = Add<TRows>(s3.G, x, c3);
                x = Row<TElement>(a, 7, chunks, i);
                s0.H = Add<TRows>(s0.H, x, c0);
                s1.H = Add<TRows>(s1.H, x, c1);
                s2.H = Add<TRows>(s2.H, x, c2);
                s3.H = Add<TRows>(s3.H, x, c3);
            }
        }

        // Lane 8·o + r ends with output o of row r; of one row, lane o does.
        int lane = Group.IdxX & (Reduction.WarpSize - 1), warp = Group.IdxX / Reduction.WarpSize;
        float sum;
        int row, output;
        if (TRows.IsOne)
        {
            float low = Halve(s0.A, s2.A, lane, 2), high = Halve(s1.A, s3.A, lane, 2);
            sum = Halve(low, high, lane, 1);
            sum += Warp.ShuffleXor(sum, 4);
            sum += Warp.ShuffleXor(sum, 8);
            sum += Warp.ShuffleXor(sum, 16);
            row = lane / Outputs;
            output = lane % Outputs;
        }
        else
        {
            Chunk low = Halve(s0, s2, lane, 16), high = Halve(s1, s3, lane, 16);
            Chunk rows = Halve(low, high, lane, 8);
            float ae = Halve(rows.A, rows.E, lane, 4), bf = Halve(rows.B, rows.F, lane, 4);
            float cg = Halve(rows.C, rows.G, lane, 4), dh = Halve(rows.D, rows.H, lane, 4);
            sum = Halve(Halve(ae, cg, lane, 2), Halve(bf, dh, lane, 2), lane, 1);
            row = lane % Chunk.Length;
            output = lane / Chunk.Length;
        }

        ArrayView<float> sums = SharedMemory.Allocate<float>(Threads);
        sums[(warp * Reduction.WarpSize) + lane] = sum;
        Group.Barrier();
        if (warp == 0 && row < a.Rows && first + output < a.Outer)
        {
            sum = 0f;
            for (int other = 0; other < Warps; other++)
                sum += sums[(other * Reduction.WarpSize) + lane];
            TElement.StoreOne(a.Output, ((long)row * a.Outer) + first + output, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Chunk Row<TElement>(ProductArguments<ArrayView<byte>> a, int row, int chunks, int i) where TElement : struct, IElement =>
        TElement.Load(a.X, ((long)IntrinsicMath.Min(row, a.Rows - 1) * chunks) + i);

    // A multiplication and an addition in one instruction for each element: eight rows are held up by how many there are. One row is not, and its four
    // sums are sooner there when a chunk's products are first added to each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Add<TRows>(float sum, Chunk x, Chunk y) where TRows : struct, IRowCount => TRows.IsOne ? sum + Chunk.Dot(x, y) : Chunk.AddDot(sum, x, y);

    // Keeps the sum whose place has this lane's bit, and adds what the lane across has of it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Halve(float low, float high, int lane, int bit)
    {
        bool isHigh = (lane & bit) != 0;
        float kept = isHigh ? high : low, given = isHigh ? low : high;
        return kept + Warp.ShuffleXor(given, bit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Chunk Halve(Chunk low, Chunk high, int lane, int bit) => new()
    {
        A = Halve(low.A, high.A, lane, bit),
        B = Halve(low.B, high.B, lane, bit),
        C = Halve(low.C, high.C, lane, bit),
        D = Halve(low.D, high.D, lane, bit),
        E = Halve(low.E, high.E, lane, bit),
        F = Halve(low.F, high.F, lane, bit),
        G = Halve(low.G, high.G, lane, bit),
        H = Halve(low.H, high.H, lane, bit),
    };
}
