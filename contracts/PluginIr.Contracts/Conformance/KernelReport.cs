namespace PluginIr.Conformance;

/// <summary>What came of one kernel's cases. Text and numbers only, so that keeping it keeps no plugin loaded.</summary>
public sealed record KernelReport
{
    /// <summary>The op's name.</summary>
    public required string Op { get; init; }

    /// <summary>The provider's name.</summary>
    public required string Provider { get; init; }

    /// <summary>The kernel's method: <c>Namespace.Type.Method</c>.</summary>
    public required string Method { get; init; }

    /// <summary>How many cases passed.</summary>
    public required int Passed { get; init; }

    /// <summary>How many cases the kernel's masks or predicate declined, with each of several seeds.</summary>
    public required int Declined { get; init; }

    /// <summary>How many cases the op does not take.</summary>
    public required int Refused { get; init; }

    /// <summary>The cases that failed.</summary>
    public required IReadOnlyList<ConformanceFailure> Failures { get; init; }

    /// <summary>The failures in words, those that are of one kind and differ in nothing but the case as one, with their number.</summary>
    public IReadOnlyList<string> Findings =>
        [.. Failures.GroupBy(f => (f.Kind, f.Problem)).Select(alike => alike.Count() switch
        {
            1 => alike.First().Message,
            2 => $"{alike.First().Message} 1 more case failed alike.",
            int count => FormattableString.Invariant($"{alike.First().Message} {count - 1} more cases failed alike."),
        })];

    /// <summary>How long the cases took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>True when no case of the budget's extent was left out for lack of time or after too many failures.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>True when no case failed.</summary>
    public bool Succeeded => Failures.Count == 0;

    /// <summary>True when no case failed and one at least was run. A predicate that declines every case leaves a kernel unproven.</summary>
    public bool IsProven => Succeeded && Passed > 0;

    /// <summary>Why a kernel that failed no case is unproven all the same: it was never run. Null when it was.</summary>
    public string? Doubt => (Succeeded && Passed == 0, Declined, Refused) switch
    {
        (false, _, _) => null,
        (_, 0, 0) => "its op takes none of the dtypes that it claims, so that there was no case to run",
        (_, 0, int refused) => FormattableString.Invariant($"its op refuses each of {refused} cases that it generates itself"),
        (_, int declined, int refused) => FormattableString.Invariant($"none of {declined + refused} cases was taken by its predicate"),
    };

    /// <summary><c>rms_norm/cpu_simd: 30 passed, 6 declined, 0 refused, 0 failed in 12.3 ms</c>, the doubt, then each finding on a line.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        [
            FormattableString.Invariant(
                $"{Op}/{Provider}: {Passed} passed, {Declined} declined, {Refused} refused, {Failures.Count} failed") +
            FormattableString.Invariant($" in {Elapsed.TotalMilliseconds:F1} ms") +
            (IsComplete ? "" : ", incomplete") +
            (Doubt is { } doubt ? $"; not proved: {doubt}" : ""),
            .. Findings.Select(f => "  " + f),
        ]);
}
