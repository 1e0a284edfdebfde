using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>Scales come from the greatest magnitude of each group, and values are divided by them.</summary>
internal struct OwnScale : IGroupScale
{
    public static bool IsDynamic
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }
}
