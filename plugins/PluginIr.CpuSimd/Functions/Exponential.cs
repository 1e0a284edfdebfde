using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>The exponential function, <c>eˣ</c>, within 2 units of the last place for every float32.</summary>
/// <remarks>
/// <para><c>x = n · ln 2 + r</c> with an integer n and |r| ≤ ½ ln 2; then <c>eˣ = 2ⁿ · eʳ</c>, and eʳ is a polynomial of degree 6, whose
/// coefficients were fitted at Chebyshev's points to a relative error of 1.2e-8.</para>
/// <para>NaN gives NaN, ∞ gives ∞, -∞ gives 0; results below the least normal number are rounded once, to where subnormals lie.</para>
/// </remarks>
internal readonly struct Exponential : IFunction
{
    private const float Log2E = 1.44269504f;

    /// <summary>ln 2 to 15 binary places, so that a multiple of it by n is exact, and what is left of it.</summary>
    private const float Ln2High = 0.693145752f, Ln2Low = 1.42860677e-6f;

    /// <summary>1.5 · 2²³: a number that is added to it is rounded to an integer, which the sum's lowest bits then hold.</summary>
    private const float Rounder = 12582912f;

    /// <summary>Beyond these the result is 0 and ∞.</summary>
    private const float Lowest = -104f, Highest = 89f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        x = TLanes.Min(TLanes.Create(Highest), TLanes.Max(TLanes.Create(Lowest), x));
        TLanes rounder = TLanes.Create(Rounder);
        TLanes shifted = TLanes.MultiplyAdd(x, TLanes.Create(Log2E), rounder);
        TLanes n = shifted - rounder;
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Create(-Ln2High), x);
        r = TLanes.MultiplyAdd(n, TLanes.Create(-Ln2Low), r);

        TLanes p = TLanes.Create(0.00139269268f);
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.00836377405f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.0416665487f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.166665733f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.5f));
        p = TLanes.MultiplyAdd(p, r * r, r) + TLanes.Create(1f);

        // 2ⁿ has no float32 of its own at either end, so it is applied as two powers of half the exponent each. The first product is
        // exact. The integers are kept positive by 256, as there is no arithmetic shift among the operations.
        TLanes positive = TLanes.SubtractBits(shifted, TLanes.CreateBits(0x4B40_0000 - 256));
        TLanes half = positive >>> 1;
        TLanes first = TLanes.SubtractBits(half, TLanes.CreateBits(128 - 127)) << 23;
        TLanes second = TLanes.SubtractBits(positive, TLanes.AddBits(half, TLanes.CreateBits(128 - 127))) << 23;
        return p * first * second;
    }
}
