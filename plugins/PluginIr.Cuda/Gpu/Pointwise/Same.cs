using System.Runtime.CompilerServices;
using PluginIr.Cuda.Gpu.Functions;

namespace PluginIr.Cuda.Gpu.Pointwise;

/// <summary>The element itself.</summary>
internal struct Same : IOperation
{
    public static bool HasOther
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float x, float y) => x;
}
