using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Float8;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Gpu.Norms;

/// <summary>What <see cref="NormKernel"/> does, element by element: for rows of any length, address and stride.</summary>
/// <remarks>
/// A group has a row. It reads it once for each sum or maximum, and once more to write it; what one thread writes no other reads, so
/// outputs may be inputs' memory. Squares are added in <see cref="NormKernel"/>'s order, so that a row has the same sum wherever it lies.
/// </remarks>
internal static class ElementwiseNormKernel
{
    /// <summary>The kernel.</summary>
    public static void Run<TElement, TWeight, TInput, TOutput>(ElementwiseNormArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TWeight : struct, IElement
        where TInput : struct, IRowInput
        where TOutput : struct, IRowOutput
    {
        int row = Grid.IdxX;
        float factor = 1f;
        if (TInput.IsNormalized)
        {
            float sum = 0f;
            for (int i = Group.IdxX * Chunk.Length; i < a.VarianceSize; i += Group.DimX * Chunk.Length)
                sum += Chunk.SumOfSquares(ReadChunk<TElement, TInput>(a, row, i));

            factor = Instructions.ReciprocalSquareRoot((Reduction.SumOfGroup(sum, Reduction.MaxWarps) * a.ReciprocalSize) + a.Epsilon);
        }

        float reciprocal = 1f;
        if (TOutput.IsDynamic)
        {
            int magnitude = 0;
            for (int i = Group.IdxX; i < a.Hidden; i += Group.DimX)
            {
                float value = Normalize<TElement, TWeight, TInput>(a, i, Read<TElement, TInput>(a, row, i), factor);
                magnitude = IntrinsicMath.Max(magnitude, Chunk.Magnitude(TElement.RoundOne(value)));
            }

            magnitude = Reduction.MaxOfGroup(magnitude);
            float scale = TOutput.ScaleOf(Scaling.Bounded(magnitude, a.HasBound != 0 ? a.Scale.Cast<float>()[0] : float.PositiveInfinity));
            if (Group.IdxX == 0)
                a.ScaleOut.Cast<float>()[row] = scale;
            reciprocal = 1f / scale;
        }
        else if (TOutput.IsQuantized)
        {
            reciprocal = 1f / a.Scale.Cast<float>()[0];
        }

        for (int i = Group.IdxX; i < a.Hidden; i += Group.DimX)
        {
            float value = Read<TElement, TInput>(a, row, i);
            if (TInput.IsSummed)
                TElement.StoreOne(a.ResidualOut.Memory, a.ResidualOut.First + (row * a.ResidualOut.Stride) + (i * a.ResidualOut.Step), value);
            value = Normalize<TElement, TWeight, TInput>(a, i, value, factor);
            if (TOutput.IsQuantized)
                value = TElement.RoundOne(value) * reciprocal;
            TOutput.StoreOne<TElement>(a.Output.Memory, a.Output.First + (row * a.Output.Stride) + (i * a.Output.Step), value);
        }
    }

    // Elements past those that the mean is over are zeros.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Chunk ReadChunk<TElement, TInput>(ElementwiseNormArguments<ArrayView<byte>> a, int row, int start)
        where TElement : struct, IElement
        where TInput : struct, IRowInput => new()
        {
            A = Read<TElement, TInput>(a, row, start),
            B = start + 1 < a.VarianceSize ? Read<TElement, TInput>(a, row, start + 1) : 0f,
            C = start + 2 < a.VarianceSize ? Read<TElement, TInput>(a, row, start + 2) : 0f,
            D = start + 3 < a.VarianceSize ? Read<TElement, TInput>(a, row, start + 3) : 0f,
            E = start + 4 < a.VarianceSize ? Read<TElement, TInput>(a, row, start + 4) : 0f,
            F = start + 5 < a.VarianceSize ? Read<TElement, TInput>(a, row, start + 5) : 0f,
            G = start + 6 < a.VarianceSize ? Read<TElement, TInput>(a, row, start + 6) : 0f,
            H = start + 7 < a.VarianceSize ? Read<TElement, TInput>(a, row, start + 7) : 0f,
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Read<TElement, TInput>(ElementwiseNormArguments<ArrayView<byte>> a, int row, int i)
        where TElement : struct, IElement
        where TInput : struct, IRowInput
    {
        float value = TElement.LoadOne(a.X.Memory, a.X.First + (row * a.X.Stride) + (i * a.X.Step));
        if (TInput.IsSummed)
            value += TElement.LoadOne(a.Residual.Memory, a.Residual.First + (row * a.Residual.Stride) + (i * a.Residual.Step));
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Normalize<TElement, TWeight, TInput>(ElementwiseNormArguments<ArrayView<byte>> a, int i, float value, float factor)
        where TElement : struct, IElement
        where TWeight : struct, IElement
        where TInput : struct, IRowInput
    {
        if (!TInput.IsNormalized)
            return value;
        value *= factor;
        return a.HasWeight != 0
            ? TWeight.RoundOne(TWeight.RoundOne(value) * TWeight.LoadOne(a.Weight.Memory, a.Weight.First + (i * a.Weight.Step)))
            : value;
    }
}
