using System.Diagnostics;

namespace PluginIr.Conformance;

/// <summary>Proves kernels against native within a budget: what a host does before it publishes a new generation.</summary>
public static class ConformanceRun
{
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

    private static KernelReport Run(
        KernelCheck check, ConformanceSubject subject, ConformanceBudget budget, TimeSpan limit, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        int[] counts = new int[Enum.GetValues<ConformanceOutcome>().Length];
        var failures = new List<ConformanceFailure>();
        bool isComplete = true;
        foreach (ConformanceCase @case in ConformanceMatrix.Of(subject, budget.Extent))
        {
            cancellation.ThrowIfCancellationRequested();
            isComplete = failures.Count < budget.MaxFailures && (counts.Sum() == 0 || Stopwatch.GetElapsedTime(start) < limit);
            if (!isComplete)
                break;
            ConformanceResult result = check.Check(@case);
            counts[(int)result.Outcome]++;
            if (result.Failure is { } failure)
                failures.Add(failure);
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
    }
}
