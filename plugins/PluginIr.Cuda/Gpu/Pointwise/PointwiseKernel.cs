using ILGPU;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Gpu.Pointwise;

/// <summary>An operation on each element of contiguous tensors, with 128-bit accesses. A group has the chunks side by side that it works on.</summary>
internal static class PointwiseKernel
{
    /// <summary>The kernel. A chunk is written by the thread that has read it, so the output may be an input's memory.</summary>
    public static void Run<TElement, TOperation, TOutput, TShape>(PointwiseArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TOperation : struct, IOperation
        where TOutput : struct, IRowOutput
        where TShape : struct, IShape
    {
        int thread = Group.IdxX, threads = Group.DimX;
        long first = (long)Grid.IdxX * (threads * TShape.Chunks);
        int last = (int)IntrinsicMath.Min(a.Count - 1 - first, int.MaxValue);
        RowPart x = RowPart.Load<TElement, TShape>(a.X, first, thread, threads, last), y = x;
        if (TOperation.HasOther)
            y = RowPart.Load<TElement, TShape>(a.Y, first, thread, threads, last);
        x = RowPart.Combine<TOperation>(x, y);
        if (TOutput.IsQuantized)
            x *= 1f / a.Scale.Cast<float>()[0];
        RowPart.Store<TOutput, TElement, TShape>(x, a.Output, first, thread, threads, last);
    }
}
