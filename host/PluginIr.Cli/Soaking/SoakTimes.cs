using PluginIr.Cli.Benchmarks;

namespace PluginIr.Cli.Soaking;

/// <summary>A sample of times, in ms.</summary>
/// <param name="Median">The middle one.</param>
/// <param name="P95">The least that 95 % of them do not exceed, by nearest rank: one of the sample, and never below the median.</param>
internal sealed record SoakTimes(double Median, double P95)
{
    /// <summary>Those of a sample.</summary>
    public static SoakTimes Of(IEnumerable<double> times)
    {
        double[] sorted = [.. times.Order()];
        return new SoakTimes(Alternation.Median(sorted), sorted[(int)Math.Ceiling(sorted.Length * 0.95) - 1]);
    }
}
