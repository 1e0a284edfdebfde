using System.Runtime.CompilerServices;
using PluginIr.Cuda.Gpu.Functions;

namespace PluginIr.Cuda.Gpu.Pointwise;

/// <summary>The sum.</summary>
internal struct Sum : IOperation
{
    public static bool HasOther
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float x, float y) => x + y;
}
