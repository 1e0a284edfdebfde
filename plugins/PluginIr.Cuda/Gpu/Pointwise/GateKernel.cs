using ILGPU;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Gpu.Pointwise;

/// <summary><c>function(a) · b</c> for rows (a, b), with 128-bit accesses. Groups along x are rows, groups along y parts of one.</summary>
internal static class GateKernel
{
    /// <summary>The kernel.</summary>
    public static void Run<TElement, TFunction, TOutput, TShape>(GateArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TFunction : struct, IFunction
        where TOutput : struct, IRowOutput
        where TShape : struct, IShape
    {
        int thread = Group.IdxX, threads = Group.DimX, column = Grid.IdxY * (threads * TShape.Chunks), last = a.Count - 1 - column;
        long output = ((long)Grid.IdxX * a.Count) + column, row = output + ((long)Grid.IdxX * a.Count);
        RowPart gate = RowPart.Load<TElement, TShape>(a.X, row, thread, threads, last);
        RowPart factor = RowPart.Load<TElement, TShape>(a.X, row + a.Count, thread, threads, last);
        gate = RowPart.Round<TElement>(RowPart.Map<TFunction>(gate)) * factor;
        if (TOutput.IsQuantized)
            gate = RowPart.Round<TElement>(gate) * (1f / a.Scale.Cast<float>()[0]);
        RowPart.Store<TOutput, TElement, TShape>(gate, a.Output, output, thread, threads, last);
    }
}
