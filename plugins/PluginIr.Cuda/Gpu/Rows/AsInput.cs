using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>Written in x's dtype.</summary>
internal struct AsInput : IRowOutput
{
    public static bool IsQuantized
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public static bool IsDynamic
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ScaleOf(float magnitude) => magnitude;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk Pack<TElement>(Chunk x) where TElement : struct, IElement => TElement.Pack(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePacked<TElement>(ArrayView<byte> memory, long row, int chunk, PackedChunk packed) where TElement : struct, IElement =>
        TElement.StorePacked(memory, row, chunk, packed);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne<TElement>(ArrayView<byte> memory, long element, float x) where TElement : struct, IElement =>
        TElement.StoreOne(memory, element, x);
}
