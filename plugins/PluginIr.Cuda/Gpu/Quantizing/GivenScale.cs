using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>Scales are given, and values are multiplied by their reciprocals.</summary>
internal struct GivenScale : IGroupScale
{
    public static bool IsDynamic
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }
}
