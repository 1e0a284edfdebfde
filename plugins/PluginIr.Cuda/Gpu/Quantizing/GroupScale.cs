using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Float8;

namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>The scale of a group.</summary>
internal static class GroupScale
{
    private const float Log2OfE = 1.44269504f;

    /// <summary>The scale for the magnitude with these bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of<TFloat8>(int magnitude, int usesPowersOfTwo) where TFloat8 : struct, IFloat8
    {
        float raw = Quotients.Of(Interop.IntAsFloat((uint)magnitude), TFloat8.Largest);
        return Scaling.AtLeast<TFloat8>(usesPowersOfTwo != 0 ? RoundUp(raw) : raw);
    }

    /// <summary><c>exp2(ceil(log2(value)))</c> in float32, for values from 0. Infinity and NaN stay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float RoundUp(float value)
    {
        uint bits = Interop.FloatAsInt(value), exponent = bits >> 23;

        // Subnormals are far below the least scale.
        if (exponent == 0 || exponent == 255)
            return value;

        // The logarithm is rounded to float32 before it is rounded up: a fraction that is lost there does not count. Only small ones can be,
        // for which ln(1 + f) = f.
        float whole = (int)exponent - 127, fraction = Interop.IntAsFloat((bits & 0x7F_FFFF) | 0x3F80_0000) - 1f;
        if (whole + (fraction * Log2OfE) > whole)
            exponent++;
        return Interop.IntAsFloat(exponent << 23);
    }
}
