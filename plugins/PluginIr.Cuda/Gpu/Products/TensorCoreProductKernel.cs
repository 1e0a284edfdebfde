using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Products;

/// <summary>A linear layer for two to eight rows of 16-bit elements, as fast as the weights come: they are read once, and tensor cores multiply them.</summary>
/// <remarks>
/// <para>A group makes 16 outputs of all rows. Its warps share the inner dimension; a warp goes through it by 32 elements, of which a lane has eight
/// neighbours: of one row of x, and of the weights of two outputs. Which elements the instruction takes for neighbours does not matter to the sum, as long
/// as both its matrices have them in the same order. So what is loaded by 128 bits is multiplied as it is, without a conversion or an exchange.</para>
/// <para>Four such steps are under way at once. Weights are on their way into the L2 cache before the kernels queued before have ended, whose time is the
/// memory's then. Rows past the last are computed as copies of it and not written. The inner dimension is a multiple of 8.</para>
/// </remarks>
internal static class TensorCoreProductKernel
{
    /// <summary>Outputs of a group.</summary>
    public const int Outputs = 16;

    /// <summary>Threads of a group.</summary>
    public const int Threads = 256;

    private const int Warps = Threads / Reduction.WarpSize, MaxRows = 8;

    // A warp's chunks of a step, how far apart a warp's steps are, and where the last chunk of the fourth is.
    private const int ChunksOfStep = 4, Step = Warps * ChunksOfStep, LastOfFour = (3 * Step) + ChunksOfStep - 1;

    /// <summary>The kernel.</summary>
    public static void Run<TElement>(ProductArguments<ArrayView<byte>> a) where TElement : struct, ITensorCoreElement
    {
        int lane = Group.IdxX & (Reduction.WarpSize - 1), warp = Group.IdxX / Reduction.WarpSize, pair = lane / ChunksOfStep, place = lane % ChunksOfStep;
        int chunks = a.Inner / Chunk.Length, first = Grid.IdxX * Outputs, last = a.Outer - 1;
        Weights.Prefetch(a, first, Outputs, Threads);
        Instructions.AwaitEarlier();
        long w0 = (long)IntrinsicMath.Min(first + pair, last) * chunks, w1 = (long)IntrinsicMath.Min(first + pair + 8, last) * chunks;
        long x = (long)IntrinsicMath.Min(pair, a.Rows - 1) * chunks;
        Tile even = default, odd = default;
        int chunk = (warp * ChunksOfStep) + place;
        for (; chunk - place + LastOfFour < chunks; chunk += 4 * Step)
        {
            Quad u0 = Load(a.Weight, w0 + chunk), u1 = Load(a.Weight, w0 + chunk + Step);
            Quad u2 = Load(a.Weight, w0 + chunk + (2 * Step)), u3 = Load(a.Weight, w0 + chunk + (3 * Step));
            Quad v0 = Load(a.Weight, w1 + chunk), v1 = Load(a.Weight, w1 + chunk + Step);
            Quad v2 = Load(a.Weight, w1 + chunk + (2 * Step)), v3 = Load(a.Weight, w1 + chunk + (3 * Step));
            Quad x0 = Load(a.X, x + chunk), x1 = Load(a.X, x + chunk + Step), x2 = Load(a.X, x + chunk + (2 * Step)), x3 = Load(a.X, x + chunk + (3 * Step));
            even = Add<TElement>(even, u0, v0, x0);
            odd = Add<TElement>(odd, u1, v1, x1);
            even = Add<TElement>(even, u2, v2, x2);
            odd = Add<TElement>(odd, u3, v3, x3);
        }

        // What is left, whole steps or a part of one: past the end the last chunk is read again, and zeros are used. All lanes of a warp take part in each.
        for (; chunk - place < chunks; chunk += Step)
        {
            bool isInside = chunk < chunks;
            int inside = IntrinsicMath.Min(chunk, chunks - 1);
            Quad u = Quad.If(isInside, Load(a.Weight, w0 + inside), 0), v = Quad.If(isInside, Load(a.Weight, w1 + inside), 0);
            even = Add<TElement>(even, u, v, Quad.If(isInside, Load(a.X, x + inside), 0));
        }

        // A warp's sums lie as [row, output].
        ArrayView<float> sums = SharedMemory.Allocate<float>(Warps * MaxRows * Outputs);
        int at = (((warp * MaxRows) + (2 * place)) * Outputs) + pair;
        sums[at] = even.A + odd.A;
        sums[at + Outputs] = even.B + odd.B;
        sums[at + 8] = even.C + odd.C;
        sums[at + Outputs + 8] = even.D + odd.D;
        Group.Barrier();
        int row = Group.IdxX / Outputs, output = Group.IdxX % Outputs;
        if (row < a.Rows && first + output < a.Outer)
        {
            float sum = 0f;
            for (int other = 0; other < Warps; other++)
                sum += sums[(other * MaxRows * Outputs) + Group.IdxX];
            TElement.StoreOne(a.Output, ((long)row * a.Outer) + first + output, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad Load(ArrayView<byte> memory, long chunk) => memory.Cast<Quad>()[chunk];

    // The lane's eight elements are two for each of the instruction's two places, twice.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Tile Add<TElement>(Tile sums, Quad u, Quad v, Quad x) where TElement : struct, ITensorCoreElement =>
        TElement.Multiply(TElement.Multiply(sums, u.A, v.A, u.B, v.B, x.A, x.B), u.C, v.C, u.D, v.D, x.C, x.D);
}
