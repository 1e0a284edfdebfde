using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>gelu by the logistic function, <c>x / (1 + e^(-1.702 · x))</c>. The value at -∞ is NaN.</summary>
internal readonly struct LogisticGelu : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x, Exponential<TLanes> exponential) where TLanes : struct, ILanes<TLanes> =>
        x / (exponential.One + exponential.OfMinus(TLanes.Create(1.702f) * x));
}
