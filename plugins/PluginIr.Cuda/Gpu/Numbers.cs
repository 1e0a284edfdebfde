using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu;

/// <summary>Elements whose type an argument says: for what is small and read from the caches, where a kernel for each type would not pay.</summary>
/// <remarks>Types are numbered as in <see cref="IElement.Id"/>. The branches are the same for all threads.</remarks>
internal static class Numbers
{
    /// <summary>Eight elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Load(ArrayView<byte> memory, int type, long chunk)
    {
        if (type == 0)
            return Float32Element.Load(memory, chunk);
        return type == 1 ? Float16Element.Load(memory, chunk) : BFloat16Element.Load(memory, chunk);
    }

    /// <summary>One element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(ArrayView<byte> memory, int type, long element)
    {
        if (type == 0)
            return Float32Element.LoadOne(memory, element);
        return type == 1 ? Float16Element.LoadOne(memory, element) : BFloat16Element.LoadOne(memory, element);
    }

    /// <summary>Eight values as the type holds them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Round(Chunk x, int type)
    {
        if (type == 0)
            return x;
        return type == 1 ? Float16Element.Round(x) : BFloat16Element.Round(x);
    }

    /// <summary>A value as the type holds it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float RoundOne(float x, int type)
    {
        if (type == 0)
            return x;
        return type == 1 ? Float16Element.RoundOne(x) : BFloat16Element.RoundOne(x);
    }
}
