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

    /// <summary>All of them, where the compiler does not know what they are, in the order of its fields.</summary>
    public static readonly float[] All = [Lowest, Highest, Log2E, PowerOfTwo.Rounder, MinusLn2High, MinusLn2Low, P6, P5, P4, P3, P2, 1f];
}
