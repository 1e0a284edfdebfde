namespace PluginIr.CpuSimd.Functions;

/// <summary>The numbers of <see cref="Exponential{TLanes}"/>, in the order of its fields.</summary>
internal static class ExponentialConstants
{
    /// <summary>The numbers.</summary>
    public static readonly float[] All =
    [
        // Beyond these the result is 0 and ∞.
        -104f, 89f,

        // log₂ e, and what is added to a multiple of it to round that to an integer.
        1.44269504f, PowerOfTwo.Rounder,

        // -ln 2 to 15 binary places, so that a multiple of it by n is exact, and what is left of it.
        -0.693145752f, -1.42860677e-6f,

        // The polynomial's coefficients, from that of the sixth power to that of the second.
        0.00139269268f, 0.00836377405f, 0.0416665487f, 0.166665733f, 0.5f,
        1f,
    ];
}
