using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>A chunk divided by a scale, each element rounded as a division is.</summary>
internal static class Quotients
{
    /// <summary>x / scale, for a scale that is not below the least that scales are, and elements that are not above scale times what float8 has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Of(Chunk x, float scale)
    {
        // With an infinity or a NaN among the elements it is not finite, and there is no remainder.
        if (!(scale < float.PositiveInfinity))
            return x / scale;
        float reciprocal = Reciprocal(scale);
        return new Chunk
        {
            A = Of(x.A, scale, reciprocal),
            B = Of(x.B, scale, reciprocal),
            C = Of(x.C, scale, reciprocal),
            D = Of(x.D, scale, reciprocal),
            E = Of(x.E, scale, reciprocal),
            F = Of(x.F, scale, reciprocal),
            G = Of(x.G, scale, reciprocal),
            H = Of(x.H, scale, reciprocal),
        };
    }

    /// <summary>A magnitude divided by what float8 has at most. Infinity and NaN stay; of a subnormal quotient the last place may differ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float x, float divisor) => x < float.PositiveInfinity ? Of(x, divisor, 1f / divisor) : x;

    // Rounded as a division is, where neither x nor the reciprocal is subnormal: a scale's is not.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Reciprocal(float x)
    {
        float estimate = Instructions.ReciprocalEstimate(x);
        return Instructions.MultiplyAdd(Instructions.MultiplyAdd(-x, estimate, 1f), estimate, estimate);
    }

    // One step after Markstein (IBM Journal of Research and Development 34, 1990): the remainder is exact, and corrects the last place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Of(float x, float scale, float reciprocal)
    {
        float quotient = x * reciprocal;
        return Instructions.MultiplyAdd(Instructions.MultiplyAdd(-quotient, scale, x), reciprocal, quotient);
    }
}
