namespace PluginIr;

/// <summary>How an 8-bit float divides its bits.</summary>
internal enum Float8Format
{
    E4M3FN,
    E5M2,
}

/// <summary>Conversions of the 8-bit floats, which differ only in how they divide their bits and in what is past the largest value.</summary>
internal static class Float8
{
    private static readonly float[][] s_values = [Table(Float8Format.E4M3FN), Table(Float8Format.E5M2)];

    public static float ToSingle(byte bits, Float8Format format) => s_values[(int)format][bits];

    public static ReadOnlySpan<float> Values(Float8Format format) => s_values[(int)format];

    public static byte FromSingle(float value, Float8Format format)
    {
        (int fractionBits, int bias, byte overflow, byte nan) = format == Float8Format.E4M3FN
            ? (3, 7, (byte)0x7F, (byte)0x7F)
            : (2, 15, (byte)0x7C, (byte)0x7F);
        uint bits = BitConverter.SingleToUInt32Bits(value);
        byte sign = (byte)((bits >> 24) & 0x80);
        if (float.IsNaN(value))
            return (byte)(sign | nan);

        // The unit in the last place at this magnitude: 2^(exponent - fractionBits), with the exponent no lower than the
        // smallest normal's. Dividing by it is exact, so Round does the one rounding there is.
        float magnitude = MathF.Abs(value);
        int exponent = Math.Max((int)((bits >> 23) & 0xFF) - 127, 1 - bias);
        float unit = MathF.ScaleB(1f, exponent - fractionBits);
        float units = MathF.Round(magnitude / unit, MidpointRounding.ToEven);

        // units counts in steps of the last place; a carry out of the fraction is a carry into the exponent, as the encoding wants.
        float encoded = units + ((exponent + bias - 1) << fractionBits);
        return (byte)(sign | (float.IsInfinity(magnitude) || encoded >= overflow ? overflow : (byte)encoded));
    }

    private static float[] Table(Float8Format format)
    {
        (int fractionBits, int bias) = format == Float8Format.E4M3FN ? (3, 7) : (2, 15);
        float[] values = new float[256];
        for (int bits = 0; bits < 256; bits++)
        {
            int exponent = (bits & 0x7F) >> fractionBits, fraction = bits & ((1 << fractionBits) - 1);
            float magnitude = exponent == 0
                ? MathF.ScaleB(fraction, 1 - bias - fractionBits)
                : MathF.ScaleB(fraction + (1 << fractionBits), exponent - bias - fractionBits);
            if (format == Float8Format.E4M3FN && (bits & 0x7F) == 0x7F)
                magnitude = float.NaN;
            if (format == Float8Format.E5M2 && exponent == 31)
                magnitude = fraction == 0 ? float.PositiveInfinity : float.NaN;
            values[bits] = MathF.CopySign(magnitude, (bits & 0x80) == 0 ? 1 : -1); // not by negation: float.NaN is a negative NaN
        }

        return values;
    }
}
