namespace PluginIr.Conformance;

/// <summary>How far a value may be from native's: |actual - expected| ≤ absolute + relative · |expected|.</summary>
/// <param name="Absolute">The absolute part.</param>
/// <param name="Relative">The part relative to the expected value.</param>
public readonly record struct Tolerance(double Absolute, double Relative)
{
    /// <summary>The default for an output of this dtype: vLLM IR's for floats and int8, equality for the other integers.</summary>
    public static Tolerance Default(DType dtype) => dtype switch
    {
        DType.Float32 => new(1e-5, 1.3e-6),
        DType.Float16 => new(1e-3, 1e-3),
        DType.BFloat16 => new(1e-3, 1.6e-2),
        DType.Float8E4M3FN => new(1e-1, 1e-1),
        DType.Float8E5M2 => new(2e-1, 2e-1),
        DType.Int8 => new(1, 0),
        _ => new(0, 0),
    };

    /// <summary>What forgives all that either of two tolerances does.</summary>
    public static Tolerance Looser(Tolerance one, Tolerance other) =>
        new(Math.Max(one.Absolute, other.Absolute), Math.Max(one.Relative, other.Relative));

    /// <summary>True when the value is near enough. NaN must be where native has it, infinities too and with the same sign.</summary>
    public bool Accepts(float actual, float expected)
    {
        if (float.IsNaN(expected) || float.IsNaN(actual))
            return float.IsNaN(expected) && float.IsNaN(actual);
        if (float.IsInfinity(expected) || float.IsInfinity(actual))
            return actual == expected;
        return Math.Abs((double)actual - expected) <= Absolute + (Relative * Math.Abs((double)expected));
    }
}
