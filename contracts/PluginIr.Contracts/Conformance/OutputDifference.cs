namespace PluginIr.Conformance;

/// <summary>The first of an output's elements that is too far from native's.</summary>
/// <param name="Position">Its row-major position.</param>
/// <param name="Expected">Native's value.</param>
/// <param name="Actual">The kernel's value.</param>
/// <param name="Bound">How far apart the two may be.</param>
/// <param name="Count">How many elements are too far.</param>
internal sealed record OutputDifference(long Position, double Expected, double Actual, double Bound, long Count)
{
    /// <summary>True when one of the two is NaN or infinite.</summary>
    public bool IsSpecial => !double.IsFinite(Expected) || !double.IsFinite(Actual);
}
