using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>The exponential function as an <see cref="IFunction"/>.</summary>
internal readonly struct Exponential : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x, Exponential<TLanes> exponential) where TLanes : struct, ILanes<TLanes> => exponential.Of(x);
}
