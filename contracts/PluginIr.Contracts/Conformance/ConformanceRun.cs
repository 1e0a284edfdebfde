using System.Diagnostics;

namespace PluginIr.Conformance;

/// <summary>Proves kernels against native within a budget: what a host does before it publishes a new generation.</summary>
public static class ConformanceRun
{
    private const int SeedsTried = 4;
    private const int SeedStep = 1 << 20; // past every number of the matrix, and even: which outputs a mixed placement aliases stays

    /// <summary>Runs the cases of several kernels, on the calling thread.</summary>
    /// <param name="subjects">The kernels.</param>
    /// <param name="budget">How much and how long.</param>
    /// <param name="cancellation">Ends the run between two cases.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static ConformanceReport Run(
        IReadOnlyList<ConformanceSubject> subjects, ConformanceBudget budget, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentNullException.ThrowIfNull(budget);
        long start = Stopwatch.GetTimestamp();
        var check = new KernelCheck();
        var reports = new List<KernelReport>(subjects.Count);
        foreach (ConformanceSubject subject in subjects)
        {
            TimeSpan left = budget.Total - Stopwatch.GetElapsedTime(start);
            TimeSpan share = left / (subjects.Count - reports.Count);
            reports.Add(Run(check, subject, budget, share < budget.PerKernel ? share : budget.PerKernel, cancellation));
        }

        return new ConformanceReport(reports, Stopwatch.GetElapsedTime(start));
    }

    // What an op's generator chose by the seed (an optional input, another dtype) may be what the kernel declines. Other seeds choose
    // otherwise, so that no dtype or aspect goes unproven for that; shapes that it declines, it declines with every seed.
    private static ConformanceResult CheckUntilTaken(KernelCheck check, ConformanceCase @case)
    {
        ConformanceResult result = check.Check(@case);
        for (int i = 1; i < SeedsTried && result.Outcome == ConformanceOutcome.Declined; i++)
            result = check.Check(@case with { Seed = @case.Seed + (i * SeedStep) });
        return result;
    }

    private static KernelReport Run(
        KernelCheck check, ConformanceSubject subject, ConformanceBudget budget, TimeSpan limit, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        int[] counts = new int[Enum.GetValues<ConformanceOutcome>().Length];
        var failures = new List<ConformanceFailure>();
        bool isComplete = true;
        int core = ConformanceMatrix.CoreCount(subject);
        foreach (ConformanceCase @case in ConformanceMatrix.Of(subject, budget.Extent))
        {
            cancellation.ThrowIfCancellationRequested();
            isComplete = failures.Count < budget.MaxFailures && (counts.Sum() < core || Stopwatch.GetElapsedTime(start) < limit);
            if (!isComplete)
                break;
            Count(CheckUntilTaken(check, @case));
        }

        // A kernel whose predicate, or whose op, wants more of a size than those have would be published without ever having been run.
        if (counts[(int)ConformanceOutcome.Passed] == 0 && failures.Count == 0)
        {
            foreach (ConformanceCase @case in ConformanceMatrix.Ample(subject).TakeWhile(_ => failures.Count < budget.MaxFailures))
            {
                cancellation.ThrowIfCancellationRequested();
                Count(check.Check(@case));
            }
        }

        return new KernelReport
        {
            Op = subject.Schema.Name,
            Provider = subject.Kernel.Provider,
            Method = subject.Kernel.Method,
            Passed = counts[(int)ConformanceOutcome.Passed],
            Declined = counts[(int)ConformanceOutcome.Declined],
            Refused = counts[(int)ConformanceOutcome.Refused],
            Failures = failures,
            Elapsed = Stopwatch.GetElapsedTime(start),
            IsComplete = isComplete,
        };

        void Count(ConformanceResult result)
        {
            counts[(int)result.Outcome]++;
            if (result.Failure is { } failure)
                failures.Add(failure);
        }
    }
}
