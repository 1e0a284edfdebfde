using System.Text.Json.Serialization;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>One case with one number of threads. Times are medians, in microseconds a call.</summary>
/// <param name="Op">The op.</param>
/// <param name="DType">The activations' dtype.</param>
/// <param name="Rows">Rows; see <see cref="OpCase"/>.</param>
/// <param name="Hidden">Elements of a row.</param>
/// <param name="Threads">How many threads a call may use.</param>
/// <param name="OursUs">The op, called as users call it; on a device by the device's clock, over many calls queued one after the other.</param>
/// <param name="Peers">The peers by name; the baseline alone where there is one, and none on a device.</param>
/// <param name="LimitFraction">The time that the machine's limit allows, over ours. More than 1 where all fits a faster cache than the limit's.</param>
/// <param name="Cold">Whether no cache held what was read; see <see cref="OpCase"/>.</param>
/// <param name="Provider">The provider whose kernel served.</param>
internal sealed record OpResult(
    string Op, [property: JsonPropertyName("dtype")] string DType, long Rows, long Hidden, int Threads, double OursUs,
    IReadOnlyDictionary<string, double> Peers, [property: JsonPropertyOrder(3)] double LimitFraction,
    bool Cold, [property: JsonIgnore] string Provider)
{
    /// <summary>The device that it ran on; null for the host.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Device { get; init; }

    /// <summary>The provider whose kernel served in the baseline; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BaselineProvider { get; init; }

    /// <summary>Whether the baseline's results are ours to the last bit; null when there is no baseline.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? SameBits { get; init; }

    /// <summary>Over how many copies of the tensors the calls went.</summary>
    [JsonIgnore]
    public int Copies { get; init; } = 1;

    /// <summary>The fastest peer; null when there is none.</summary>
    [JsonPropertyOrder(1)]
    public string? BestPeer => Peers.Count == 0 ? null : Peers.MinBy(p => p.Value).Key;

    /// <summary>The best peer's time over ours; null when there is none.</summary>
    [JsonPropertyOrder(2)]
    public double? Ratio => BestPeer is { } best ? Math.Round(Peers[best] / OursUs, 3) : null;
}
