using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>gelu by the error function, <c>x · Φ(x)</c> with <c>Φ(x) = ½ (1 + erf(x / √2))</c>. The value at -∞ is NaN.</summary>
/// <remarks>
/// <para><c>Φ(-t) = e^-Q(t)</c> for t = |x|, where Q is smooth and close to a parabola: a polynomial of degree 10, whose coefficients were
/// fitted at Chebyshev's points of [0, 5.66]; beyond, it goes on rising. Φ(t) = 1 - Φ(-t). <c>x · Φ(x)</c> is within 2e-7 of the exact
/// value, or within 3e-7 of it relatively where that is more.</para>
/// <para>Φ(-t) is rounded to multiples of 2⁻²⁵, as float32's 1 + erf has it, so that it becomes 0 where the definition's does, but for the float32 at
/// the very edge: 0 · ∞ must be NaN in both. Φ(0) is one unit above ½, so that half of the least float16 is not rounded to 0.</para>
/// </remarks>
internal readonly struct GeluByErf : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x, Exponential<TLanes> exponential) where TLanes : struct, ILanes<TLanes>
    {
        TLanes t = x & TLanes.CreateBits(0x7FFF_FFFF);
        TLanes q = TLanes.Create(1.02250519e-8f);
        q = TLanes.MultiplyAdd(q, t, TLanes.Create(-3.33040873e-7f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Create(4.63731021e-6f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Create(-3.46554189e-5f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Create(0.000126186191f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Create(0.000152192777f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Create(-0.00502025336f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Create(0.0365055874f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Create(0.318248212f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Create(0.797893286f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Create(0.693147004f));

        TLanes half = TLanes.Create(0.5f);
        TLanes tail = (exponential.OfMinusNonNegative(q) - half) + half;
        return x * TLanes.SelectLess(x, TLanes.Create(0f), tail, exponential.One - tail);
    }
}
