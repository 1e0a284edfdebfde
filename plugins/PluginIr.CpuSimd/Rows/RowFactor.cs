namespace PluginIr.CpuSimd.Rows;

/// <summary>What a row is multiplied by to normalise it.</summary>
/// <param name="Sum">The sum of squares that it was found from.</param>
/// <param name="Value">The factor.</param>
internal readonly record struct RowFactor(float Sum, float Value)
{
    /// <summary>
    /// What no magnitude of the normalised row is more than, when the sum is that of all its squares. It is NaN where one was an infinity or a NaN.
    /// </summary>
    public float Bound => MathF.Sqrt(Sum) * Value;
}
