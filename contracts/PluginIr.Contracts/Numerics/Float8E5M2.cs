namespace PluginIr;

/// <summary>A float8_e5m2 number: 5 exponent bits (bias 15), 2 fraction bits, infinities and NaN as in IEEE 754.</summary>
/// <param name="bits">The 8 bits.</param>
/// <remarks>Format: Micikevicius et al., "FP8 Formats for Deep Learning", arXiv:2209.05433.</remarks>
public readonly struct Float8E5M2(byte bits) : IEquatable<Float8E5M2>
{
    /// <summary>The largest finite value.</summary>
    public const float MaxValue = 57344f;

    /// <summary>The 8 bits.</summary>
    public byte Bits { get; } = bits;

    /// <summary>The exact binary32 value.</summary>
    public static explicit operator float(Float8E5M2 value) => Float8.ToSingle(value.Bits, Float8Format.E5M2);

    /// <summary>Rounds to nearest, ties to even. What rounds past the largest finite value becomes infinity.</summary>
    public static explicit operator Float8E5M2(float value) => new(Float8.FromSingle(value, Float8Format.E5M2));

    /// <summary>Equal as numbers: NaN is not equal to itself, -0 equals 0.</summary>
    public bool Equals(Float8E5M2 other) => (float)this == (float)other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Float8E5M2 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => ((float)this).ToString();

    /// <summary>Equal as numbers.</summary>
    public static bool operator ==(Float8E5M2 left, Float8E5M2 right) => left.Equals(right);

    /// <summary>Not equal as numbers.</summary>
    public static bool operator !=(Float8E5M2 left, Float8E5M2 right) => !left.Equals(right);
}
