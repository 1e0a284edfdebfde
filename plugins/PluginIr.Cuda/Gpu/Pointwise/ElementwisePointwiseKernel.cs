using ILGPU;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Gpu.Pointwise;

/// <summary>What <see cref="PointwiseKernel"/> does, one element a thread: for tensors of any length and address.</summary>
internal static class ElementwisePointwiseKernel
{
    /// <summary>The kernel.</summary>
    public static void Run<TElement, TOperation, TOutput>(PointwiseArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TOperation : struct, IOperation
        where TOutput : struct, IRowOutput
    {
        long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= a.Count)
            return;
        float x = TElement.LoadOne(a.X, i), y = x;
        if (TOperation.HasOther)
            y = TElement.LoadOne(a.Y, i);
        x = TOperation.Of(x, y);
        if (TOutput.IsQuantized)
            x *= 1f / a.Scale.Cast<float>()[0];
        TOutput.StoreOne<TElement>(a.Output, i, x);
    }
}
