namespace PluginIr.CpuSimd.Functions;

/// <summary>The numbers of <see cref="Exponential{TLanes}"/>.</summary>
internal static class ExponentialConstants
{
    /// <summary>Beyond these the result is 0 and ∞.</summary>
    public const float Lowest = -104f, Highest = 89f;

    /// <summary>log₂ e.</summary>
    public const float Log2E = 1.44269504f;

    /// <summary>-ln 2 to 15 binary places, so that a multiple of it by n is exact, and what is left of it.</summary>
    public const float MinusLn2High = -0.693145752f, MinusLn2Low = -1.42860677e-6f;

    /// <summary>The polynomial's coefficients.</summary>
    public const float P6 = 0.00139269268f, P5 = 0.00836377405f, P4 = 0.0416665487f, P3 = 0.166665733f, P2 = 0.5f;

    /// <summary>1.5 · 2¹⁹: what is added to it is rounded to sixteenths, of which the sum's lowest four bits say how many are beyond the integer.</summary>
    private const float SixteenthsRounder = 786432f;

    /// <summary>The coefficients of the short polynomial.</summary>
    private const float ShortP3 = 0.166666672f, ShortP2 = 0.5000162f;

    /// <summary>All of them, where the compiler does not know what they are, in the order of its fields.</summary>
    public static readonly float[] All = [Lowest, Highest, Log2E, PowerOfTwo.Rounder, MinusLn2High, MinusLn2Low, 1f, P2, P3, P4, P5, P6];

    /// <summary>The same for where there are tables: in the place of the last coefficients are 2 to the power of 0/16, 1/16 and so on to 15/16.</summary>
    public static readonly float[] AllWithTable =
    [
        Lowest, Highest, Log2E, SixteenthsRounder, MinusLn2High, MinusLn2Low, 1f, ShortP2, ShortP3,
        1f, 1.0442737f, 1.0905077f, 1.1387886f, 1.1892071f, 1.2418578f, 1.2968396f, 1.3542556f,
        1.4142135f, 1.4768262f, 1.5422108f, 1.6104903f, 1.6817929f, 1.7562522f, 1.8340081f, 1.9152066f,
    ];
}
