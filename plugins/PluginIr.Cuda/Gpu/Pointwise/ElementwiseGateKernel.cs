using ILGPU;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Gpu.Pointwise;

/// <summary>What <see cref="GateKernel"/> does, one element a thread: for rows of any length and address.</summary>
internal static class ElementwiseGateKernel
{
    /// <summary>The kernel.</summary>
    public static void Run<TElement, TFunction, TOutput>(GateArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TFunction : struct, IFunction
        where TOutput : struct, IRowOutput
    {
        int column = (Grid.IdxY * Group.DimX) + Group.IdxX;
        if (column >= a.Count)
            return;
        long output = ((long)Grid.IdxX * a.Count) + column, gate = output + ((long)Grid.IdxX * a.Count);
        float x = TElement.RoundOne(TFunction.Of(TElement.LoadOne(a.X, gate))) * TElement.LoadOne(a.X, gate + a.Count);
        if (TOutput.IsQuantized)
            x = TElement.RoundOne(x) * (1f / a.Scale.Cast<float>()[0]);
        TOutput.StoreOne<TElement>(a.Output, output, x);
    }
}
