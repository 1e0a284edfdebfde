using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Accesses;

/// <summary>128-bit loads: places and counts are multiples of 8.</summary>
internal struct ByChunk : IAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Load<TElement>(ArrayView<byte> memory, long element, int count) where TElement : struct, IElement =>
        count > 0 ? TElement.Load(memory, element / Chunk.Length) : default;
}
