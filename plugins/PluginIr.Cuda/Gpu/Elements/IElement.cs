using ILGPU;

namespace PluginIr.Cuda.Gpu.Elements;

/// <summary>An element type that kernels compute on as float32.</summary>
/// <remarks>Indices count chunks or elements from the start of the memory. They are 64 bits wide; a tensor may have more than 2³¹ elements.</remarks>
internal interface IElement
{
    /// <summary>A number for each type.</summary>
    static abstract int Id { get; }

    /// <summary>32 bits of ones.</summary>
    static abstract uint One { get; }

    /// <summary>How many bytes eight elements are.</summary>
    static abstract int ChunkBytes { get; }

    /// <summary>Reads eight elements with 128-bit loads. The address is a multiple of 16.</summary>
    static abstract Chunk Load(ArrayView<byte> memory, long chunk);

    /// <summary>Writes eight elements with 128-bit stores, rounded to nearest even. The address is a multiple of 16.</summary>
    static abstract void Store(ArrayView<byte> memory, long chunk, Chunk x);

    /// <summary>Reads eight elements of a row as <see cref="Load"/> does, for <see cref="Unpack"/> to make numbers of.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="row">The row's first chunk: one address for all that a thread reads of it.</param>
    /// <param name="chunk">Which chunk of the row.</param>
    static abstract PackedChunk LoadPacked(ArrayView<byte> memory, long row, int chunk);

    /// <summary><see cref="LoadPacked(ArrayView{byte}, long, int)"/> with a policy of <see cref="Instructions.CachePolicy"/>.</summary>
    static abstract PackedChunk LoadPacked(ArrayView<byte> memory, long row, int chunk, long policy);

    /// <summary>Has <see cref="Instructions.Release"/> done for a chunk's line.</summary>
    static abstract void Release(ArrayView<byte> memory, long row, int chunk);

    /// <summary>Writes what <see cref="Pack"/> has made into a row; the parameters are those of <see cref="LoadPacked(ArrayView{byte}, long, int)"/>.</summary>
    static abstract void StorePacked(ArrayView<byte> memory, long row, int chunk, PackedChunk packed);

    /// <summary>The numbers.</summary>
    static abstract Chunk Unpack(PackedChunk packed);

    /// <summary>The numbers as memory has them, rounded to nearest even.</summary>
    static abstract PackedChunk Pack(Chunk x);

    /// <summary>The products of eight pairs of numbers, each rounded once to nearest even.</summary>
    static abstract PackedChunk Multiply(PackedChunk x, PackedChunk y);

    /// <summary>Reads one element.</summary>
    static abstract float LoadOne(ArrayView<byte> memory, long element);

    /// <summary>Writes one element, rounded to nearest even.</summary>
    static abstract void StoreOne(ArrayView<byte> memory, long element, float x);

    /// <summary>Eight values as the type holds them.</summary>
    static abstract Chunk Round(Chunk x);

    /// <summary>A value as the type holds it.</summary>
    static abstract float RoundOne(float x);
}
