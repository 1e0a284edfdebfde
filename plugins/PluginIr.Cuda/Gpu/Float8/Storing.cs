using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Float8;

/// <summary>Writing of float8.</summary>
internal static class Storing
{
    /// <summary>Writes a chunk: one 8-byte store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TFloat8>(ArrayView<byte> memory, long chunk, Chunk x) where TFloat8 : struct, IFloat8 =>
        StorePacked(memory, chunk, 0, Pack<TFloat8>(x));

    /// <summary>A chunk as memory has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk Pack<TFloat8>(Chunk x) where TFloat8 : struct, IFloat8
    {
        PackedChunk packed = default;
        packed.Low.A = TFloat8.Pack(x.A, x.B) | (TFloat8.Pack(x.C, x.D) << 16);
        packed.Low.B = TFloat8.Pack(x.E, x.F) | (TFloat8.Pack(x.G, x.H) << 16);
        return packed;
    }

    /// <summary>Writes what <see cref="Pack"/> has made: one 8-byte store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePacked(ArrayView<byte> memory, long row, int chunk, PackedChunk packed) =>
        memory.Cast<Pair>().SubView(row)[chunk] = new Pair { A = packed.Low.A, B = packed.Low.B };

    /// <summary>Writes one element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne<TFloat8>(ArrayView<byte> memory, long element, float x) where TFloat8 : struct, IFloat8 =>
        memory[element] = (byte)TFloat8.Pack(x, 0f);
}
