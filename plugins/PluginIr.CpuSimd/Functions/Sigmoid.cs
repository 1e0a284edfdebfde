using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>The logistic function, for the forms of gelu that are defined by tanh.</summary>
internal static class Sigmoid
{
    /// <summary>
    /// <c>1 / (1 + e⁻ˣ)</c>, rounded to multiples of 2⁻²⁵. So does float32 round 0.5 · (1 + tanh(x / 2)), and
    /// it must be 0 where that is: 0 · ∞ is NaN in the definition, and has to be here.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Of<TLanes>(TLanes x, Exponential<TLanes> exponential) where TLanes : struct, ILanes<TLanes>
    {
        TLanes half = TLanes.Create(0.5f);
        return ((exponential.One / (exponential.One + exponential.OfMinus(x))) - half) + half;
    }
}
