using PluginIr.Cuda.Gpu;

namespace PluginIr.Cuda.Launching;

/// <summary>Which tensors can be read and written in chunks of eight elements.</summary>
internal static class Chunks
{
    /// <summary>True when every chunk of every row is one access: eight elements of 16 or 32 bits at a multiple of 16 bytes, of 8 bits at one of 8.</summary>
    /// <param name="tensor">The tensor, or null, which suits.</param>
    public static bool Suit(Tensor? tensor)
    {
        if (tensor is null)
            return true;
        if (tensor.Last % Chunk.Length != 0 || !AreAligned(tensor))
            return false;
        return tensor.IsContiguous || (tensor.Rank == 2 && tensor.Stride(1) == 1 && tensor.Stride(0) % Chunk.Length == 0);
    }

    /// <summary>True when the first chunk is at a multiple of its size or of 16 bytes. No tensor is aligned.</summary>
    public static bool AreAligned(Tensor? tensor) =>
        tensor is null || tensor.Address % Math.Min(Chunk.Length * tensor.DType.Size(), 16) == 0;

    /// <summary>The number of threads, in whole warps, for so many pieces of work.</summary>
    public static int ToWarps(int count) => (count + Reduction.WarpSize - 1) / Reduction.WarpSize * Reduction.WarpSize;
}
