using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Accesses;

/// <summary>How eight neighbouring elements of a row are read.</summary>
internal interface IAccess
{
    /// <summary>Reads elements from a place on; those past the count are 0.</summary>
    static abstract Chunk Load<TElement>(ArrayView<byte> memory, long element, int count) where TElement : struct, IElement;
}
