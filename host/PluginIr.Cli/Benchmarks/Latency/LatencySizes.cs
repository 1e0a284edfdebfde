namespace PluginIr.Cli.Benchmarks.Latency;

/// <summary>What one timed run generates.</summary>
/// <param name="Batch">How many sequences at once.</param>
/// <param name="InputLength">Tokens of each prompt.</param>
/// <param name="OutputLength">Tokens that are generated for each.</param>
/// <param name="Iterations">How many runs are timed.</param>
internal sealed record LatencySizes(int Batch, int InputLength, int OutputLength, int Iterations);
