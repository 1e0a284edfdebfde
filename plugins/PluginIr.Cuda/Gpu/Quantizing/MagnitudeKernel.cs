using ILGPU;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>The greatest magnitude of a tensor, with 128-bit loads. Groups meet in an atomic maximum, whose result no order changes.</summary>
internal static class MagnitudeKernel
{
    /// <summary>The kernel. The place of the result holds 0 before.</summary>
    public static void Run<TElement>(TensorScaleArguments<ArrayView<byte>> a) where TElement : struct, IElement
    {
        int thread = Group.IdxX, threads = Group.DimX;
        long first = (long)Grid.IdxX * (threads * 4);
        int last = (int)IntrinsicMath.Min(a.Count - 1 - first, int.MaxValue);
        RowPart x = RowPart.Load<TElement, Group4>(a.X, first, thread, threads, last);
        int magnitude = Reduction.MaxOfGroup(RowPart.Magnitude<Group4>(x));
        if (thread == 0)
            Atomic.Max(ref a.Scale.Cast<int>()[0], magnitude);
    }
}
