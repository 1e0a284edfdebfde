using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>gelu by tanh with x drawn out, <c>0.5 · x · (1 + tanh(0.7978845608 · x · (1 + 0.044715 · x²)))</c>. At -∞ it is NaN.</summary>
/// <remarks>Computed by the exponential function, as <see cref="GeluByTanh"/> is.</remarks>
internal readonly struct FastGelu : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        TLanes factor = TLanes.Create(1f) + (TLanes.Create(0.044715f) * x * x);
        return x * Sigmoid.OfMinus(x * TLanes.Create(-2f * 0.7978845608f) * factor);
    }
}
