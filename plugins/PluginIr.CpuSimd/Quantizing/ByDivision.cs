using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Quantizing;

/// <summary><c>x / scale</c>, as dynamic_group_quant_fp8 is defined.</summary>
internal readonly struct ByDivision : IScaling
{
    public static float Factor(float scale) => scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes values, TLanes factor) where TLanes : struct, ILanes<TLanes> => values / factor;
}
