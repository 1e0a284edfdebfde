using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>gelu by tanh, <c>0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))</c>. The value at -∞ is NaN.</summary>
/// <remarks><c>0.5 · (1 + tanh(u)) = 1 / (1 + e⁻²ᵘ)</c>, which needs no tanh.</remarks>
internal readonly struct GeluByTanh : IFunction
{
    private const float TwoRootsOfTwoOverPi = 2f * 0.79788456080286536f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x, Exponential<TLanes> exponential) where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = x + (TLanes.Create(0.044715f) * (x * x * x));
        return x * Sigmoid.Of(TLanes.Create(TwoRootsOfTwoOverPi) * sum, exponential);
    }
}
