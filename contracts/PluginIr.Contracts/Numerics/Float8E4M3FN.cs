namespace PluginIr;

/// <summary>A float8_e4m3fn number: 4 exponent bits (bias 7), 3 fraction bits, no infinities; all ones is NaN.</summary>
/// <param name="bits">The 8 bits.</param>
/// <remarks>Format: Micikevicius et al., "FP8 Formats for Deep Learning", arXiv:2209.05433.</remarks>
public readonly struct Float8E4M3FN(byte bits) : IEquatable<Float8E4M3FN>
{
    /// <summary>The largest finite value.</summary>
    public const float MaxValue = 448f;

    /// <summary>The 8 bits.</summary>
    public byte Bits { get; } = bits;

    /// <summary>The exact binary32 value.</summary>
    public static explicit operator float(Float8E4M3FN value) => Float8.ToSingle(value.Bits, Float8Format.E4M3FN);

    /// <summary>Rounds to nearest, ties to even. What is past the largest finite value, infinities included, becomes NaN, as in PyTorch; quantisers clamp first.</summary>
    public static explicit operator Float8E4M3FN(float value) => new(Float8.FromSingle(value, Float8Format.E4M3FN));

    /// <summary>Equal as numbers: NaN is not equal to itself, -0 equals 0.</summary>
    public bool Equals(Float8E4M3FN other) => (float)this == (float)other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Float8E4M3FN other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => ((float)this).ToString();

    /// <summary>Equal as numbers.</summary>
    public static bool operator ==(Float8E4M3FN left, Float8E4M3FN right) => left.Equals(right);

    /// <summary>Not equal as numbers.</summary>
    public static bool operator !=(Float8E4M3FN left, Float8E4M3FN right) => !left.Equals(right);
}
