using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Norms;

/// <summary>rms_norm of the row's sum with its residual.</summary>
internal struct SummedAndNormalized : IRowInput
{
    public static bool IsSummed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    public static bool IsNormalized
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }
}
