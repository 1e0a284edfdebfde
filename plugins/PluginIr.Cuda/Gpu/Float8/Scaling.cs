using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu.Float8;

/// <summary>Scales from magnitudes, as the quantisers' definitions have them.</summary>
internal static class Scaling
{
    // The bits of +∞: those of a NaN without its sign are greater.
    private const int Infinity = 0x7F80_0000;

    /// <summary>The magnitude with these bits, at most the bound. NaN on either side stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Bounded(int magnitude, float bound)
    {
        float value = Interop.IntAsFloat((uint)magnitude);
        if (magnitude > Infinity || Chunk.Magnitude(bound) > Infinity)
            return value + bound;
        return value < bound ? value : bound;
    }

    /// <summary>The scale that takes a magnitude to the dtype's largest value, not below 1 / (largest · 512).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of<TFloat8>(float magnitude) where TFloat8 : struct, IFloat8 => AtLeast<TFloat8>(magnitude / TFloat8.Largest);

    /// <summary>A scale, not below 1 / (largest · 512). NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AtLeast<TFloat8>(float scale) where TFloat8 : struct, IFloat8
    {
        float least = 1f / (TFloat8.Largest * 512f);
        return scale < least ? least : scale; // False for NaN, which is kept.
    }
}
