using System.Diagnostics;

namespace PluginIr.Cli.Benchmarks;

/// <summary>Times two bodies in turn, so that what else the machine does meets both alike.</summary>
internal static class Alternation
{
    /// <summary>Measures.</summary>
    /// <param name="first">Runs the first body so many times.</param>
    /// <param name="second">Runs the second body so many times.</param>
    /// <param name="effort">How long: of both a batch a round.</param>
    /// <returns>For each round the nanoseconds a call of each.</returns>
    public static (double[] First, double[] Second) Measure(Action<int> first, Action<int> second, Effort effort)
    {
        long start = Stopwatch.GetTimestamp();
        int calls = 1;
        double perCall = double.MaxValue;
        while (Stopwatch.GetElapsedTime(start) < effort.Warming)
        {
            perCall = Math.Min(Time(first, calls), Time(second, calls));
            calls = (int)Math.Clamp(effort.Batch.TotalNanoseconds / perCall, 1, 1_000_000);
        }

        double[] firsts = new double[effort.Rounds], seconds = new double[effort.Rounds];
        for (int round = 0; round < effort.Rounds; round++)
        {
            // Which of the two goes first alternates as well.
            if ((round & 1) == 0)
            {
                firsts[round] = Time(first, calls);
                seconds[round] = Time(second, calls);
            }
            else
            {
                seconds[round] = Time(second, calls);
                firsts[round] = Time(first, calls);
            }
        }

        return (firsts, seconds);
    }

    /// <summary>The middle value.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Time(Action<int> body, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        body(calls);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls;
    }
}
