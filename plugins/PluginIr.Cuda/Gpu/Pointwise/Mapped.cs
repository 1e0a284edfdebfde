using System.Runtime.CompilerServices;
using PluginIr.Cuda.Gpu.Functions;

namespace PluginIr.Cuda.Gpu.Pointwise;

/// <summary>A function of the element.</summary>
internal struct Mapped<TFunction> : IOperation where TFunction : struct, IFunction
{
    public static bool HasOther
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float x, float y) => TFunction.Of(x);
}
