using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Accesses;

/// <summary>128-bit loads: places and counts are multiples of 8.</summary>
/// <remarks>Past the end the last chunk before it is read and not used: a branch would have the thread wait before it goes on to what it reads next.</remarks>
internal struct ByChunk : IAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Load<TElement>(ArrayView<byte> memory, long element, int count) where TElement : struct, IElement =>
        Chunk.If(count > 0, TElement.Load(memory, (element + IntrinsicMath.Min(count - Chunk.Length, 0)) / Chunk.Length));
}
