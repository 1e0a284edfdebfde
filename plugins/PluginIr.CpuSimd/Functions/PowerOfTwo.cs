using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>Multiplication by powers of two where the processor has no instruction for it.</summary>
internal static class PowerOfTwo
{
    /// <summary>1.5 · 2²³: the lowest bits of its sum with an integer hold the integer.</summary>
    public const float Rounder = 12582912f;

    private const uint RounderBits = 0x4B40_0000;

    /// <summary><c>value · 2ⁿ</c>, rounded once, for integers n from -254 to 254 and values near 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Scale<TLanes>(TLanes value, TLanes n) where TLanes : struct, ILanes<TLanes>
    {
        // 2ⁿ has no float32 of its own at either end, so it is applied as two powers of half the exponent each. The first product is
        // exact.
        TLanes exponent = TLanes.SubtractBits(n + TLanes.Create(Rounder), TLanes.CreateBits(RounderBits)), half = exponent >> 1;
        TLanes first = TLanes.AddBits(half, TLanes.CreateBits(127)) << 23;
        TLanes second = TLanes.AddBits(TLanes.SubtractBits(exponent, half), TLanes.CreateBits(127)) << 23;
        return value * first * second;
    }
}
