using System.Text.Json.Serialization;
using PluginIr.Cli.Soaking.Faults;

namespace PluginIr.Cli.Soaking;

/// <summary>What a soak found.</summary>
/// <param name="Swaps">How often a generation took the place of another.</param>
/// <param name="Refused">How many builds were refused.</param>
/// <param name="Calls">How many calls were made while swapping and before.</param>
/// <param name="Failed">How many threw.</param>
/// <param name="Wrong">How many gave other results than they must.</param>
/// <param name="GenerationsAlive">How many generations of the plugin are in memory at the end.</param>
/// <param name="RssGrowthMb">How much the process's memory grew after the first tenth of the swaps, in MB.</param>
/// <param name="P999Ratio">The 99.9 % quantile of a call's time while swapping, over that before.</param>
/// <param name="MaxGapMs">The longest time between two calls' ends on one thread while swapping, in ms.</param>
/// <param name="FirstCallRatio">The median time of a thread's first call of a kind after a switch, over the steady median of that kind.</param>
/// <param name="ManifestToServingMs">From the manifest's being written to the generation's serving.</param>
/// <param name="StepsMs">The median time of each step of a swap, in ms.</param>
/// <param name="DeviceGrowthMb">How much more was allocated on the device at the end than after the first tenth of the swaps, in MB; null on the host.</param>
/// <param name="Texts">What came of the texts that a model generated meanwhile; null without one.</param>
/// <param name="Faults">What came of each fault; null when none were tried.</param>
internal sealed record SoakReport(
    long Swaps, long Refused, long Calls, long Failed, long Wrong, int GenerationsAlive, double RssGrowthMb, double P999Ratio, double MaxGapMs,
    double FirstCallRatio, SoakTimes ManifestToServingMs, IReadOnlyDictionary<string, double> StepsMs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? DeviceGrowthMb = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SoakTexts? Texts = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FaultResult>? Faults = null)
{
    /// <summary>True when nothing was lost, corrupted or leaked, and what was asked for was done at all.</summary>
    [JsonIgnore]
    public bool IsFine =>
        Failed == 0 && Wrong == 0 && GenerationsAlive == 1 && (Texts is null or { Generated: > 0, Failed: 0, Wrong: 0 }) &&
        (Faults is null ? Refused == 0 : Faults.All(f => f.Survived));
}
