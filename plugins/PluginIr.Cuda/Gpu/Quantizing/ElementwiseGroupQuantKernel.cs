using ILGPU;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Float8;

namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>What <see cref="GroupQuantKernel"/> does, element by element, with a warp for each group: for groups of any length and address.</summary>
internal static class ElementwiseGroupQuantKernel
{
    /// <summary>The kernel.</summary>
    public static void Run<TElement, TScale, TFloat8>(GroupQuantArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TScale : struct, IGroupScale
        where TFloat8 : struct, IFloat8
    {
        ArrayView<float> scales = a.Scales.Cast<float>();
        long group = Grid.IdxX;
        long row = group / a.Groups;
        int start = (int)(group - (row * a.Groups)) * a.GroupSize, end = IntrinsicMath.Min(start + a.GroupSize, a.Hidden);
        long first = row * a.Hidden;
        float scale;
        if (TScale.IsDynamic)
        {
            int magnitude = 0;
            for (int i = start + Group.IdxX; i < end; i += Group.DimX)
                magnitude = IntrinsicMath.Max(magnitude, Chunk.Magnitude(TElement.LoadOne(a.X, first + i)));
            scale = GroupScale.Of<TFloat8>(Reduction.MaxOfWarp(magnitude), a.UsesPowersOfTwo);
            if (Group.IdxX == 0)
                scales[group] = scale;
        }
        else
        {
            scale = scales[group];
        }

        float reciprocal = 1f / scale;
        for (int i = start + Group.IdxX; i < end; i += Group.DimX)
        {
            float x = TElement.LoadOne(a.X, first + i);
            Storing.StoreOne<TFloat8>(a.Output, first + i, TScale.IsDynamic ? x / scale : x * reciprocal);
        }
    }
}
