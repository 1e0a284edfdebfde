using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Quantizing;

/// <summary><c>x · (1 / scale)</c>, rounded twice, as most of the definitions have it.</summary>
internal readonly struct ByReciprocal : IScaling
{
    public static float Factor(float scale) => 1f / scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes values, TLanes factor) where TLanes : struct, ILanes<TLanes> => values * factor;
}
