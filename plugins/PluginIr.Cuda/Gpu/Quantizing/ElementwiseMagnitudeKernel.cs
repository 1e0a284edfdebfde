using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>What <see cref="MagnitudeKernel"/> does, one element a thread: for tensors of any length and address.</summary>
internal static class ElementwiseMagnitudeKernel
{
    /// <summary>The kernel. The place of the result holds 0 before.</summary>
    public static void Run<TElement>(TensorScaleArguments<ArrayView<byte>> a) where TElement : struct, IElement
    {
        long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX;
        int magnitude = Reduction.MaxOfGroup(Chunk.Magnitude(TElement.LoadOne(a.X, IntrinsicMath.Min(i, a.Count - 1))));
        if (Group.IdxX == 0)
            Atomic.Max(ref a.Scale.Cast<int>()[0], magnitude);
    }
}
