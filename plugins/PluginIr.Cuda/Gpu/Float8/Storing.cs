using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu.Float8;

/// <summary>Writing of float8.</summary>
internal static class Storing
{
    /// <summary>Writes a chunk: one 8-byte store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TFloat8>(ArrayView<byte> memory, long chunk, Chunk x) where TFloat8 : struct, IFloat8 =>
        memory.Cast<Pair>()[chunk] = new Pair
        {
            A = TFloat8.Pack(x.A, x.B) | (TFloat8.Pack(x.C, x.D) << 16),
            B = TFloat8.Pack(x.E, x.F) | (TFloat8.Pack(x.G, x.H) << 16),
        };

    /// <summary>Writes one element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne<TFloat8>(ArrayView<byte> memory, long element, float x) where TFloat8 : struct, IFloat8 =>
        memory[element] = (byte)TFloat8.Pack(x, 0f);
}
