using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>gelu by the logistic function, <c>x / (1 + e^(-1.702 · x))</c>. The value at -∞ is NaN.</summary>
internal readonly struct LogisticGelu : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> =>
        x / (TLanes.Create(1f) + Exponential.Apply(TLanes.Create(-1.702f) * x));
}
