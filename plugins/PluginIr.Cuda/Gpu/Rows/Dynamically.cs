using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Float8;

namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>Quantised to float8 with a scale from the row itself.</summary>
internal struct Dynamically<TFloat8> : IRowOutput where TFloat8 : struct, IFloat8
{
    public static bool IsQuantized
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    public static bool IsDynamic
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ScaleOf(float magnitude) => Scaling.Of<TFloat8>(magnitude);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk Pack<TElement>(Chunk x) where TElement : struct, IElement => Storing.Pack<TFloat8>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePacked<TElement>(ArrayView<byte> memory, long row, int chunk, PackedChunk packed) where TElement : struct, IElement =>
        Storing.StorePacked(memory, row, chunk, packed);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne<TElement>(ArrayView<byte> memory, long element, float x) where TElement : struct, IElement =>
        Storing.StoreOne<TFloat8>(memory, element, x);
}
