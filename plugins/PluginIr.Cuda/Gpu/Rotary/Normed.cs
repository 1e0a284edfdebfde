using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Rotary;

/// <summary>Heads are normalised first.</summary>
internal struct Normed : INorm
{
    public static bool IsNormalized
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }
}
