using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>The sigmoid linear unit, <c>x / (1 + e⁻ˣ)</c>. The value at -∞ is NaN.</summary>
internal readonly struct Silu : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x, Exponential<TLanes> exponential) where TLanes : struct, ILanes<TLanes> =>
        x / (exponential.One + exponential.OfMinus(x));
}
