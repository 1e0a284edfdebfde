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
/// For rows whose length is a multiple of 8, whose chunks lie at multiples of 16 bytes, and that fit the shape. A chunk is written by the one
/// thread that counts it, after that thread has read it, so outputs may be inputs' memory. A thread past the row's end may read the last chunk
/// when it has been written: what it makes of it is not summed and not written. It does count in a magnitude, so where the scale is found here
/// (<see cref="IRowOutput.IsDynamic"/>) no output may be an input's memory, and no such op says that it works in place.
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
        if (row >= a.Rows)
            return;

        RowPart x = RowPart.Load<TElement, TShape>(a.X.Memory, row * a.X.Stride, thread, threads, last);
        if (TInput.IsSummed)
            x += RowPart.Load<TElement, TShape>(a.Residual.Memory, row * a.Residual.Stride, thread, threads, last);
        RowPart weight = default;
        if (TInput.IsNormalized && TShape.ReadsWeightsEarly)
            weight = RowPart.Load<TWeight, TShape>(a.Weight, 0L, thread, threads, last);
        float factor = 1f;
        if (TInput.IsNormalized)
        {
            float sum = TShape.Sum(RowPart.SumOfSquares<TShape>(x, thread, threads, last));
            factor = Instructions.ReciprocalSquareRoot(Instructions.Divide(sum, a.Hidden) + a.Epsilon);
        }

        // Not before: writes ahead of the other threads' reads would have those wait.
        if (TInput.IsSummed)
            RowPart.Store<AsInput, TElement, TShape>(x, a.ResidualOut.Memory, row * a.ResidualOut.Stride, thread, threads, last);
        if (TInput.IsNormalized)
        {
            x *= factor;
            if (a.HasWeight != 0)
            {
                // The definition rounds to the weights' dtype before and after; writing rounds as well.
                if (!TShape.ReadsWeightsEarly)
                    weight = RowPart.Load<TWeight, TShape>(a.Weight, 0L, thread, threads, last);
                x = RowPart.Round<TWeight>(x) * weight;
                if (TWeight.Id != TElement.Id)
                    x = RowPart.Round<TWeight>(x);
            }
        }

        if (TOutput.IsQuantized)
        {
            if (TInput.IsNormalized)
                x = RowPart.Round<TElement>(x);
            float scale;
            if (TOutput.IsDynamic)
            {
                int magnitude = TShape.Max(RowPart.Magnitude<TShape>(x));
                scale = TOutput.ScaleOf(Scaling.Bounded(magnitude, a.HasBound != 0 ? a.Scale.Cast<float>()[0] : float.PositiveInfinity));
                if (thread == 0)
                    a.ScaleOut.Cast<float>()[row] = scale;
            }
            else
            {
                scale = a.Scale.Cast<float>()[0];
            }

            x *= 1f / scale;
        }

        RowPart.Store<TOutput, TElement, TShape>(x, a.Output.Memory, row * a.Output.Stride, thread, threads, last);
    }
}
