using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Accesses;

/// <summary>Element by element, for any place and count.</summary>
internal struct ByElement : IAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Load<TElement>(ArrayView<byte> memory, long element, int count) where TElement : struct, IElement => new()
    {
        A = count > 0 ? TElement.LoadOne(memory, element) : 0f,
        B = count > 1 ? TElement.LoadOne(memory, element + 1) : 0f,
        C = count > 2 ? TElement.LoadOne(memory, element + 2) : 0f,
        D = count > 3 ? TElement.LoadOne(memory, element + 3) : 0f,
        E = count > 4 ? TElement.LoadOne(memory, element + 4) : 0f,
        F = count > 5 ? TElement.LoadOne(memory, element + 5) : 0f,
        G = count > 6 ? TElement.LoadOne(memory, element + 6) : 0f,
        H = count > 7 ? TElement.LoadOne(memory, element + 7) : 0f,
    };
}
