using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>How a row is written.</summary>
internal interface IRowOutput
{
    /// <summary>True when the row is rounded to x's dtype and multiplied by a factor before it is written.</summary>
    static abstract bool IsQuantized { get; }

    /// <summary>True when the factor comes from the row's greatest magnitude.</summary>
    static abstract bool IsDynamic { get; }

    /// <summary>The scale for a magnitude.</summary>
    /// <param name="magnitude">The greatest magnitude, NaN if a value is.</param>
    static abstract float ScaleOf(float magnitude);

    /// <summary>A chunk as it is written.</summary>
    static abstract PackedChunk Pack<TElement>(Chunk x) where TElement : struct, IElement;

    /// <summary>Writes a chunk of a row. See <see cref="IElement.StorePacked"/>.</summary>
    static abstract void StorePacked<TElement>(ArrayView<byte> memory, long row, int chunk, PackedChunk packed) where TElement : struct, IElement;

    /// <summary>Writes an element.</summary>
    static abstract void StoreOne<TElement>(ArrayView<byte> memory, long element, float x) where TElement : struct, IElement;
}
