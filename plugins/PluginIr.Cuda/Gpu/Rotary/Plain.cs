using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Rotary;

/// <summary>Heads are turned as they are.</summary>
internal struct Plain : INorm
{
    public static bool IsNormalized
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }
}
