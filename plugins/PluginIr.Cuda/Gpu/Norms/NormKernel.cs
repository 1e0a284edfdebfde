using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Float8;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Gpu.Norms;

/// <summary>
/// rms_norm and what is fused with it, with 128-bit accesses: each row is read once, stays in registers while its sum goes round, and is
/// written once.
/// </summary>
/// <remarks>
/// <para>For rows whose length is a multiple of 8, whose chunks lie at multiples of 16 bytes, and that fit the shape. A chunk is written by the one
/// thread that counts it, after that thread has read it, so outputs may be inputs' memory. A thread past the row's end may read the last chunk
/// when it has been written: what it makes of it is not summed and not written. It does count in a magnitude, so where the scale is found here
/// (<see cref="IRowOutput.IsDynamic"/>) no output may be an input's memory, and no such op says that it works in place.</para>
/// <para>What is large (<see cref="NormArguments{TView}.IsLarge"/>) is read so that it is among the last that the device's cache gives up: what is written
/// leaves it first then, which is quicker. Where a row has been written its inputs become ordinary again, or they would stay for nothing.</para>
/// </remarks>
internal static class NormKernel
{
    /// <summary>The kernel.</summary>
    /// <typeparam name="TElement">x's element type.</typeparam>
    /// <typeparam name="TWeight">The weights' element type.</typeparam>
    /// <typeparam name="TInput">What becomes of a row.</typeparam>
    /// <typeparam name="TOutput">How it is written.</typeparam>
    /// <typeparam name="TShape">How it is divided among threads.</typeparam>
    public static void Run<TElement, TWeight, TInput, TOutput, TShape>(NormArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TWeight : struct, IElement
        where TInput : struct, IRowInput
        where TOutput : struct, IRowOutput
        where TShape : struct, IRowShape
    {
        int thread = TShape.IsWarp ? Group.IdxX & (Reduction.WarpSize - 1) : Group.IdxX;
        int threads = TShape.IsWarp ? Reduction.WarpSize : Group.DimX;
        int row = TShape.IsWarp ? (Grid.IdxX * (Group.DimX / Reduction.WarpSize)) + (Group.IdxX / Reduction.WarpSize) : Grid.IdxX;
        int last = (a.Hidden / Chunk.Length) - 1;

        // Weights come from memory, if they are not in the cache from an earlier call, while earlier kernels end. One group fetches them for all, a cache line by
        // each thread: a thread has no more than that of a row.
        int ahead = Group.IdxX * CacheLines.Bytes;
        if (TInput.IsNormalized)
        {
            if (ahead < (Grid.IdxX == 0 ? a.WeightBytes : 0))
                Instructions.Prefetch(a.WeightAddress + ahead);
        }

        Instructions.AwaitEarlier();
        if (TShape.IsWarp)
        {
            if (row >= a.Rows)
                return;
        }

        long policy = Instructions.CachePolicy(a.IsLarge);
        RowPart x = RowPart.Load<TElement, TShape>(a.X.Memory, a.X.First(row), thread, threads, last, policy);
        if (TInput.IsSummed)
            x += RowPart.Load<TElement, TShape>(a.Residual.Memory, a.Residual.First(row), thread, threads, last, policy);
        PackedRowPart weight = default;
        if (TInput.IsNormalized && TShape.ReadsWeightsEarly)
            weight = PackedRowPart.Load<TWeight, TShape>(a.Weight, 0L, thread, threads, last);

        // Where the thread's first chunk goes: found while it waits for what it reads, and once for all of them.
        long output = a.Output.First(row) + thread;

        // Sums are on their way while the row's is taken.
        if (TInput.IsSummed)
            RowPart.Store<AsInput, TElement, TShape>(x, a.ResidualOut.Memory, a.ResidualOut.First(row), thread, threads, last);

        float factor = 1f;
        if (TInput.IsNormalized)
        {
            float sum = TShape.Sum(RowPart.SumOfSquares<TShape>(x, thread, threads, last));
            factor = Instructions.ReciprocalSquareRoot((sum * a.ReciprocalSize) + a.Epsilon);

            // Without weights they are ones, and of the rows' dtype. A branch would have them read where it is taken.
            if (!TShape.ReadsWeightsEarly)
                weight = PackedRowPart.Load<TWeight, TShape>(a.Weight, 0L, thread, threads, last);
            weight = PackedRowPart.If(a.WeightBytes != 0, weight, TWeight.One);
        }

        if (TOutput.IsDynamic)
        {
            // The scale is known when all of the row is.
            x.A = Normalize<TElement, TWeight, TInput>(x.A, factor, weight.A);
            if (TShape.Chunks > 1)
                x.B = Normalize<TElement, TWeight, TInput>(x.B, factor, weight.B);
            if (TShape.Chunks > 2)
            {
                x.C = Normalize<TElement, TWeight, TInput>(x.C, factor, weight.C);
                x.D = Normalize<TElement, TWeight, TInput>(x.D, factor, weight.D);
            }

            int magnitude = TShape.Max(RowPart.Magnitude<TShape>(x));
            float scale = TOutput.ScaleOf(Scaling.Bounded(magnitude, a.HasBound != 0 ? a.Scale.Cast<float>()[0] : float.PositiveInfinity));
            if (thread == 0)
                a.ScaleOut.Cast<float>()[row] = scale;
            RowPart.Store<TOutput, TElement, TShape>(x * (1f / scale), a.Output.Memory, a.Output.First(row), thread, threads, last);
        }
        else
        {
            // Chunk by chunk, so that no more than one is in registers twice.
            float reciprocal = 1f;
            if (TOutput.IsQuantized)
                reciprocal = 1f / a.Scale.Cast<float>()[0];
            Write<TElement, TWeight, TInput, TOutput>(a.Output.Memory, output, 0, thread <= last, x.A, factor, weight.A, reciprocal);
            if (TShape.Chunks > 1)
                Write<TElement, TWeight, TInput, TOutput>(a.Output.Memory, output, threads, thread + threads <= last, x.B, factor, weight.B, reciprocal);
            if (TShape.Chunks > 2)
            {
                Write<TElement, TWeight, TInput, TOutput>(a.Output.Memory, output, 2 * threads, thread + (2 * threads) <= last, x.C, factor, weight.C, reciprocal);
                Write<TElement, TWeight, TInput, TOutput>(a.Output.Memory, output, 3 * threads, thread + (3 * threads) <= last, x.D, factor, weight.D, reciprocal);
            }
        }

        if (a.IsLarge != 0)
        {
            PackedRowPart.Release<TElement, TShape>(a.X.Memory, a.X.First(row), thread, threads, last);
            if (TInput.IsSummed)
                PackedRowPart.Release<TElement, TShape>(a.Residual.Memory, a.Residual.First(row), thread, threads, last);
        }
    }

    // Nothing but the store depends on whether the chunk is in the row, so that there is no branch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TElement, TWeight, TInput, TOutput>(
        ArrayView<byte> memory, long first, int distance, bool isInRow, Chunk x, float factor, PackedChunk weight, float reciprocal)
        where TElement : struct, IElement
        where TWeight : struct, IElement
        where TInput : struct, IRowInput
        where TOutput : struct, IRowOutput
    {
        PackedChunk packed;
        if (TInput.IsNormalized && !TOutput.IsQuantized && TWeight.Id == TElement.Id)
        {
            packed = Weigh<TWeight>(x, factor, weight);
        }
        else
        {
            x = Normalize<TElement, TWeight, TInput>(x, factor, weight);
            if (TOutput.IsQuantized)
                x *= reciprocal;
            packed = TOutput.Pack<TElement>(x);
        }

        if (isInRow)
            TOutput.StorePacked<TElement>(memory, first, distance, packed);
    }

    // What is quantised is of the row's dtype first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Chunk Normalize<TElement, TWeight, TInput>(Chunk x, float factor, PackedChunk weight)
        where TElement : struct, IElement
        where TWeight : struct, IElement
        where TInput : struct, IRowInput
    {
        if (!TInput.IsNormalized)
            return x;
        x = TWeight.Unpack(Weigh<TWeight>(x, factor, weight));
        return TWeight.Id == TElement.Id ? x : TElement.Round(x);
    }

    // The definition rounds to the weights' dtype before it multiplies and afterwards.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PackedChunk Weigh<TWeight>(Chunk x, float factor, PackedChunk weight) where TWeight : struct, IElement =>
        TWeight.Multiply(TWeight.Pack(x * factor), weight);
}
