using System.Diagnostics;

namespace PluginIr.Cli.Benchmarks;

/// <summary>Times any number of contenders in turn, so that what else the machine does meets all alike.</summary>
internal static class Interleaving
{
    // A turn begins untimed. The contender's memory comes back into the caches, the last of which takes several runs for it; and threads that were
    // resting may all be on the processor that woke them, until the system has seen how much they do.
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(10), s_settlingOfThreads = TimeSpan.FromMilliseconds(50);

    // Then there are several batches, fewer of one whose single run is longer than a batch. One for which that is very long takes part in fewer rounds.
    private const int BatchesOfTurn = 5, BatchesOfThreads = 10, FewestRounds = 5;

    /// <summary>Measures.</summary>
    /// <param name="contenders">Who.</param>
    /// <param name="effort">How long.</param>
    /// <param name="threads">How many threads they may use.</param>
    /// <returns>The median nanoseconds of one run of each.</returns>
    public static double[] Measure(IReadOnlyList<Contender> contenders, Effort effort, int threads)
    {
        Plan[] plans = [.. contenders.Select(c => Warm(c.Run, effort))];
        List<double>[] times = [.. contenders.Select(_ => new List<double>())];
        (int batches, TimeSpan settling) = threads > 1 ? (BatchesOfThreads, s_settlingOfThreads) : (BatchesOfTurn, s_settling);
        int rounds = Math.Max(FewestRounds, effort.Rounds / batches);
        for (int round = 0; round < rounds; round++)
        {
            // Another one begins each round, and every second round goes backwards, so that nobody always follows the same.
            for (int turn = 0; turn < contenders.Count; turn++)
            {
                int place = round % 2 == 0 ? turn : contenders.Count - 1 - turn;
                int i = (place + round) % contenders.Count;
                if (round % Math.Min(plans[i].Every, rounds / FewestRounds) != 0)
                    continue;
                if (threads > 1)
                    Rest.Wait();
                RunFor(contenders[i].Run, settling);
                for (int batch = 0; batch < Math.Max(1, batches / plans[i].Every); batch++)
                    times[i].Add(Time(contenders[i].Run, plans[i].Calls) / plans[i].Calls);
            }
        }

        return [.. times.Select(Alternation.Median)];
    }

    private static void RunFor(Action run, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        do
            run();
        while (Stopwatch.GetElapsedTime(start) < time);
    }

    // Runs it until it is compiled at full optimisation.
    private static Plan Warm(Action run, Effort effort)
    {
        long start = Stopwatch.GetTimestamp();
        int calls = 1;
        double perCall;
        do
        {
            perCall = Time(run, calls) / calls;
            calls = (int)Math.Clamp(effort.Batch.TotalNanoseconds / perCall, 1, 1_000_000);
        }
        while (Stopwatch.GetElapsedTime(start) < effort.Warming);
        double batches = perCall * calls / effort.Batch.TotalNanoseconds;
        return new Plan(calls, (int)Math.Clamp(batches / 2, 1, effort.Rounds / FewestRounds));
    }

    private static double Time(Action run, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
            run();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    // Calls: runs of a batch. Every: it takes part in each of so many rounds, as far as there are enough, and has so many times fewer batches.
    private readonly record struct Plan(int Calls, int Every);
}
