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

    /// <summary>Beyond these the result is 0 and ∞.</summary>
    private const float Lowest = -104f, Highest = 89f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        x = TLanes.Min(TLanes.Create(Highest), TLanes.Max(TLanes.Create(Lowest), x));
        TLanes rounder = TLanes.Create(PowerOfTwo.Rounder); // What is added to it is rounded to an integer.
        TLanes n = TLanes.MultiplyAdd(x, TLanes.Create(Log2E), rounder) - rounder;
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Create(-Ln2High), x);
        r = TLanes.MultiplyAdd(n, TLanes.Create(-Ln2Low), r);

        TLanes p = TLanes.Create(0.00139269268f);
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.00836377405f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.0416665487f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.166665733f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.5f));
        p = TLanes.MultiplyAdd(p, r * r, r) + TLanes.Create(1f);
        return TLanes.ScaleByPowerOfTwo(p, n);
    }
}
