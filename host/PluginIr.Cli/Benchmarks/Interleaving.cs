using System.Diagnostics;

namespace PluginIr.Cli.Benchmarks;

/// <summary>Times any number of contenders in turn, so that what else the machine does meets all alike.</summary>
internal static class Interleaving
{
    // A part of each batch goes before it, untimed: it brings the contender's memory back into the caches, and lets threads of the
    // one before, which may still be spinning, come to rest.
    private const int UntimedPart = 3;

    // One whose single run is longer than a batch takes part in fewer rounds; one for which that is very long finds its memory by itself.
    private const int FewestRounds = 5, VeryLong = 50;

    /// <summary>Measures.</summary>
    /// <param name="contenders">Who.</param>
    /// <param name="effort">How long.</param>
    /// <returns>The median nanoseconds of one run of each.</returns>
    public static double[] Measure(IReadOnlyList<Contender> contenders, Effort effort)
    {
        Plan[] plans = [.. contenders.Select(c => Warm(c.Run, effort))];
        List<double>[] times = [.. contenders.Select(_ => new List<double>())];
        for (int round = 0; round < effort.Rounds; round++)
        {
            // Another one begins each round, and every second round goes backwards, so that nobody always follows the same.
            for (int turn = 0; turn < contenders.Count; turn++)
            {
                int place = round % 2 == 0 ? turn : contenders.Count - 1 - turn;
                int i = (place + round) % contenders.Count;
                if (round % plans[i].Every != 0)
                    continue;
                Time(contenders[i].Run, plans[i].Untimed);
                times[i].Add(Time(contenders[i].Run, plans[i].Calls) / plans[i].Calls);
            }
        }

        return [.. times.Select(Alternation.Median)];
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
        int untimed = batches > VeryLong ? 0 : Math.Max(1, calls / UntimedPart);
        return new Plan(calls, untimed, (int)Math.Clamp(batches / 2, 1, effort.Rounds / FewestRounds));
    }

    private static double Time(Action run, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
            run();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    // Calls: runs of a timed batch. Untimed: runs before it. Every: it takes part in each of so many rounds.
    private readonly record struct Plan(int Calls, int Untimed, int Every);
}
