using System.Text.Json.Serialization;

namespace PluginIr.Cli.Verifying;

/// <summary>What a verification found.</summary>
/// <param name="Cases">How many calls there were.</param>
/// <param name="Passed">How many have the recorded results.</param>
/// <param name="Failed">How many have not.</param>
/// <param name="Skipped">How many the asked-for provider does not take.</param>
/// <param name="Failures">Each output that differs.</param>
/// <param name="Skips">Why cases were skipped; null when none was.</param>
/// <param name="Lines">The counts by op and provider.</param>
internal sealed record VerifyReport(
    int Cases, int Passed, int Failed, int Skipped, IReadOnlyList<VerifyFailure> Failures,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<VerifySkip>? Skips, [property: JsonIgnore] IReadOnlyList<VerifyLine> Lines)
{
    /// <summary>The plugins that were asked for and do not serve, and why; null when all do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Unverified { get; init; }
}
