namespace PluginIr.Cli.Benchmarks.Limits;

/// <summary>What the machine does at most, as measured.</summary>
/// <param name="Threads">With how many threads.</param>
/// <param name="WorkingSet">Where the data lies: <c>cache</c> or <c>memory</c>.</param>
/// <param name="ReadGbS">Reading, in 10⁹ bytes a second.</param>
/// <param name="CopyGbS">Copying, both directions counted.</param>
/// <param name="TriadGbS">STREAM's triad, all three counted.</param>
/// <param name="NonTemporalGbS">Copying past the caches.</param>
/// <param name="FmaGflopS">Fused multiply-adds of float32, in 10⁹ operations a second, two for each.</param>
internal sealed record MachineLimit(
    int Threads, string WorkingSet, double ReadGbS, double CopyGbS, double TriadGbS, double NonTemporalGbS, double FmaGflopS);
