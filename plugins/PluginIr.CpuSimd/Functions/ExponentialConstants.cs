namespace PluginIr.CpuSimd.Functions;

/// <summary>The numbers of <see cref="Exponential{TLanes}"/>.</summary>
internal static class ExponentialConstants
{
    /// <summary>Beyond it the result is 0, and below its opposite ∞.</summary>
    public const float Bound = 104f;

    /// <summary>-log₂ e.</summary>
    public const float MinusLog2E = -1.44269504f;

    /// <summary>ln 2 to 15 binary places, so that a multiple of it by n is exact, and what is left of it.</summary>
    public const float Ln2High = 0.693145752f, Ln2Low = 1.42860677e-6f;

    /// <summary>The polynomial's coefficients.</summary>
    public const float MinusP6 = -0.00139269268f, P5 = 0.00836377405f, MinusP4 = -0.0416665487f, P3 = 0.166665733f, MinusP2 = -0.5f;

    /// <summary>1.5 · 2¹⁸: what is added to it is rounded to thirty-seconds, of which the sum's lowest five bits say how many are beyond the integer.</summary>
    private const float ThirtySecondsRounder = 393216f;

    /// <summary>The coefficients of the short polynomial.</summary>
    private const float MinusShortP1 = -1.00001466f, ShortP2 = 0.49999997f;

    /// <summary>All of them, where the compiler does not know what they are, in the order in which they are loaded.</summary>
    public static readonly float[] All = [Bound, MinusLog2E, PowerOfTwo.Rounder, 1f, Ln2High, Ln2Low, MinusP2, P3, MinusP4, P5, MinusP6];

    /// <summary>The same for where there are tables: in the place of the long polynomial are the short one and 2 to the power of 0/32, 1/32 and so on to 31/32.</summary>
    public static readonly float[] AllWithTable =
    [
        Bound, MinusLog2E, ThirtySecondsRounder, 1f, Ln2High, Ln2Low, MinusShortP1, ShortP2,
        1f, 1.0218972f, 1.0442737f, 1.0671405f, 1.0905077f, 1.1143868f, 1.1387886f, 1.1637249f,
        1.1892071f, 1.2152474f, 1.2418578f, 1.269051f, 1.2968396f, 1.3252367f, 1.3542556f, 1.38391f,
        1.4142135f, 1.4451808f, 1.4768262f, 1.5091645f, 1.5422108f, 1.5759809f, 1.6104903f, 1.6457555f,
        1.6817929f, 1.7186193f, 1.7562522f, 1.7947091f, 1.8340081f, 1.8741677f, 1.9152066f, 1.9571441f,
    ];
}
