using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Float8;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>Quantises groups of columns with 128-bit accesses: each group belongs to some neighbouring threads of one warp.</summary>
/// <remarks>For groups of 8, 16, 32, 64, 128 or 256 elements that divide a row evenly, so that rows need not be told apart.</remarks>
internal static class GroupQuantKernel
{
    /// <summary>The kernel.</summary>
    /// <typeparam name="TElement">x's element type.</typeparam>
    /// <typeparam name="TScale">Where scales come from.</typeparam>
    /// <typeparam name="TFloat8">What is written.</typeparam>
    /// <typeparam name="TShape">One chunk a thread, or two.</typeparam>
    public static void Run<TElement, TScale, TFloat8, TShape>(GroupQuantArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TScale : struct, IGroupScale
        where TFloat8 : struct, IFloat8
        where TShape : struct, IShape
    {
        int thread = Group.IdxX, threads = Group.DimX;
        long first = (long)Grid.IdxX * (threads * TShape.Chunks);
        int last = (int)IntrinsicMath.Min(a.Count - 1 - first, int.MaxValue);
        RowPart x = RowPart.Load<TElement, TShape>(a.X, first, thread, threads, last);
        Quantize<TScale, TFloat8>(a, first, thread, last, x.A);
        if (TShape.Chunks > 1)
            Quantize<TScale, TFloat8>(a, first, thread + threads, last, x.B);
    }

    // The threads of a group are in the row together or past its end together: those past it take part in the exchange and do not write.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quantize<TScale, TFloat8>(GroupQuantArguments<ArrayView<byte>> a, long first, int chunk, int last, Chunk x)
        where TScale : struct, IGroupScale
        where TFloat8 : struct, IFloat8
    {
        ArrayView<float> scales = a.Scales.Cast<float>();
        long group = (first + IntrinsicMath.Min(chunk, last)) >> IntrinsicMath.PopCount((uint)(a.GroupSize - 1));
        if (TScale.IsDynamic)
        {
            int magnitude = Chunk.Magnitude(x);
            magnitude = MaxWith(magnitude, 1, a.GroupSize);
            magnitude = MaxWith(magnitude, 2, a.GroupSize);
            magnitude = MaxWith(magnitude, 4, a.GroupSize);
            magnitude = MaxWith(magnitude, 8, a.GroupSize);
            magnitude = MaxWith(magnitude, 16, a.GroupSize);
            float scale = GroupScale.Of<TFloat8>(magnitude, a.UsesPowersOfTwo);
            if (chunk <= last && (chunk & (a.GroupSize - 1)) == 0)
                scales[group] = scale;
            x = Quotients.Of(x, scale);
        }
        else
        {
            x *= 1f / scales[group];
        }

        if (chunk <= last)
            Storing.Store<TFloat8>(a.Output, first + chunk, x);
    }

    // The magnitude and another thread's, if that is of the same group. Exchanged in any case: a loop over what is needed takes more instructions.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int MaxWith(int magnitude, int distance, int groupSize)
    {
        int other = Warp.ShuffleXor(magnitude, distance);
        return IntrinsicMath.Max(magnitude, distance < groupSize ? other : 0);
    }
}
