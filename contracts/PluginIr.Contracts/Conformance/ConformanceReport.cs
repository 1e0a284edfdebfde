namespace PluginIr.Conformance;

/// <summary>What came of the cases of several kernels.</summary>
/// <param name="Kernels">One report for each kernel, in the order in which they were given.</param>
/// <param name="Elapsed">How long all of them took.</param>
public sealed record ConformanceReport(IReadOnlyList<KernelReport> Kernels, TimeSpan Elapsed)
{
    /// <summary>Every failure.</summary>
    public IEnumerable<ConformanceFailure> Failures => Kernels.SelectMany(k => k.Failures);

    /// <summary>True when no case of any kernel failed.</summary>
    public bool Succeeded => Kernels.All(k => k.Succeeded);

    /// <inheritdoc/>
    public override string ToString() => string.Join(Environment.NewLine, Kernels);
}
