using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Norms;

/// <summary>rms_norm of the row.</summary>
internal struct Normalized : IRowInput
{
    public static bool IsSummed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public static bool IsNormalized
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }
}
