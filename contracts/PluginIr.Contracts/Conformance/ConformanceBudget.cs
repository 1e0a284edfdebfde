namespace PluginIr.Conformance;

/// <summary>
/// How long proving kernels may take. Looked at between cases, and only once a kernel has had each of its dtypes in each placement, with
/// ordinary and with special values, and each of its layouts: those are run whatever the time.
/// </summary>
public sealed record ConformanceBudget
{
    /// <summary>The quick cases of each kernel, however long they take: what a host proves a new generation with.</summary>
    public static ConformanceBudget Quick { get; } = new() { Extent = ConformanceExtent.Quick };

    /// <summary>Every case of each kernel, however long they take.</summary>
    public static ConformanceBudget Full { get; } = new();

    /// <summary>How much of each kernel's matrix.</summary>
    public ConformanceExtent Extent { get; init; } = ConformanceExtent.Full;

    /// <summary>How long one kernel may take.</summary>
    public TimeSpan PerKernel { get; init; } = TimeSpan.MaxValue;

    /// <summary>How long all kernels together may take; what is left is divided evenly among those to come.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.MaxValue;

    /// <summary>A kernel that failed this often is not run any more.</summary>
    public int MaxFailures { get; init; } = 3;
}
