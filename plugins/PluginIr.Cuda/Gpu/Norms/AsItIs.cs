using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Norms;

/// <summary>The row as it is.</summary>
internal struct AsItIs : IRowInput
{
    public static bool IsSummed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public static bool IsNormalized
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }
}
