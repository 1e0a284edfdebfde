using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu.Float8;

/// <summary>float32 to float8 for GPUs without an instruction for it.</summary>
internal static class Encoding
{
    /// <summary>See <see cref="Instructions.PackE4M3FN"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PackE4M3FN(float low, float high) => Encode(low, 3, 7, 448f) | (Encode(high, 3, 7, 448f) << 8);

    /// <summary>See <see cref="Instructions.PackE5M2"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PackE5M2(float low, float high) => Encode(low, 2, 15, 57344f) | (Encode(high, 2, 15, 57344f) << 8);

    /// <summary>The byte of a value, to nearest even and at most the largest. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Encode(float value, int fractionBits, int bias, float largest)
    {
        uint bits = Interop.FloatAsInt(value), sign = (bits >> 24) & 0x80, magnitude = bits & 0x7FFF_FFFF;
        if (magnitude > 0x7F80_0000)
            return sign | 0x7F;
        magnitude = IntrinsicMath.Min(magnitude, Interop.FloatAsInt(largest));

        // Below the smallest normal: the sum with a number whose last place is the subnormals' step rounds to that step.
        if (magnitude < (uint)(128 - bias) << 23)
        {
            uint step = (uint)(127 + 1 - bias - fractionBits + 23) << 23;
            return sign | (Interop.FloatAsInt(Interop.IntAsFloat(magnitude) + Interop.IntAsFloat(step)) - step);
        }

        // A carry out of the fraction is a carry into the exponent, as the encoding wants.
        int dropped = 23 - fractionBits;
        uint half = (1u << (dropped - 1)) - 1 + ((magnitude >> dropped) & 1);
        return sign | (((magnitude + half) >> dropped) - ((uint)(127 - bias) << fractionBits));
    }
}
