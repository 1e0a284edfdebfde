using System.Diagnostics;

namespace PluginIr.Cli.Benchmarks;

/// <summary>Times two bodies in turn, so that what else the machine does meets both alike.</summary>
internal static class Alternation
{
    private static readonly TimeSpan s_warming = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_batch = TimeSpan.FromMilliseconds(2);

    /// <summary>Measures.</summary>
    /// <param name="first">Runs the first body so many times.</param>
    /// <param name="second">Runs the second body so many times.</param>
    /// <param name="rounds">How many pairs of batches.</param>
    /// <returns>For each round the nanoseconds a call of each.</returns>
    public static (double[] First, double[] Second) Measure(Action<int> first, Action<int> second, int rounds)
    {
        // Tiered compilation must have ended: it takes 30 calls, 100 ms of quiet, and the compiler's own time.
        long start = Stopwatch.GetTimestamp();
        int calls = 1;
        double perCall = double.MaxValue;
        while (Stopwatch.GetElapsedTime(start) < s_warming)
        {
            perCall = Math.Min(Time(first, calls), Time(second, calls));
            calls = (int)Math.Clamp(s_batch.TotalNanoseconds / perCall, 1, 1_000_000);
        }

        double[] firsts = new double[rounds], seconds = new double[rounds];
        for (int round = 0; round < rounds; round++)
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
