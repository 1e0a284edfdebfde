using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Elements;

/// <summary>A chunk as memory has it: what is read long before it is used takes half the registers so. 16-bit elements are in the first 16 bytes, 8-bit ones in the first 8.</summary>
internal struct PackedChunk
{
    public Quad Low, High;

    /// <summary>The chunk where the condition holds, and a word all over elsewhere: selected, not branched on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk If(bool condition, PackedChunk x, uint otherwise) =>
        new() { Low = Quad.If(condition, x.Low, otherwise), High = Quad.If(condition, x.High, otherwise) };
}
