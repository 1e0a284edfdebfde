using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu.Functions;

/// <summary>gelu by the error function, <c>x · Φ(x)</c> with <c>Φ(x) = ½ (1 + erf(x / √2))</c>.</summary>
/// <remarks>
/// <para><c>Φ(-t) = e^-Q(t)</c> for t = |x|, where Q is smooth and close to a parabola: a polynomial of degree 10, whose coefficients were
/// fitted at Chebyshev's points of [0, 5.66]; beyond, it goes on rising. Φ(t) = 1 - Φ(-t).</para>
/// <para>Φ(-t) is rounded to multiples of 2⁻²⁵, as float32's 1 + erf has it: it becomes 0 where the definition's does, so that 0 · ∞ is
/// NaN in both, and what is multiplied with large numbers afterwards has the definition's steps.</para>
/// </remarks>
internal struct ErfGelu : IFunction
{
    private const float Log2OfE = 1.44269504f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float x)
    {
        float t = Interop.IntAsFloat((uint)Chunk.Magnitude(x));
        float q = -1.02250519e-8f;
        q = (q * t) + 3.33040873e-7f;
        q = (q * t) - 4.63731021e-6f;
        q = (q * t) + 3.46554189e-5f;
        q = (q * t) - 0.000126186191f;
        q = (q * t) - 0.000152192777f;
        q = (q * t) + 0.00502025336f;
        q = (q * t) - 0.0365055874f;
        q = (q * t) - 0.318248212f;
        q = (q * t) - 0.797893286f;
        q = (q * t) - 0.693147004f;
        float tail = (Instructions.Exp2(Log2OfE * q) - 0.5f) + 0.5f;
        return x * (Interop.FloatAsInt(x) >> 31 == 0 ? 1f - tail : tail);
    }
}
