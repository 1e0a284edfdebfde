namespace PluginIr.Cli.Benchmarks.Latency;

/// <summary>What <c>bench latency</c> found.</summary>
/// <param name="Model">The model's name or folder.</param>
/// <param name="Device">Where it ran.</param>
/// <param name="Dtype">What it ran in.</param>
/// <param name="Batch">How many sequences at once.</param>
/// <param name="InputLen">Tokens of each prompt.</param>
/// <param name="OutputLen">Tokens that were generated for each.</param>
/// <param name="Threads">How many threads a call may use.</param>
/// <param name="WeightBytes">The bytes of weights that a step reads.</param>
/// <param name="ReadGbS">
/// How fast so many bytes were read in the same run, in 10⁹ a second; on a device, how fast its memory was copied within it, bytes read and written.
/// </param>
/// <param name="Variants">The ways to run it.</param>
internal sealed record LatencyReport(
    string Model, string Device, string Dtype, int Batch, int InputLen, int OutputLen, int Threads, long WeightBytes, double ReadGbS,
    IReadOnlyList<LatencyVariant> Variants);
