namespace PluginIr.Conformance;

/// <summary>What came of one case, and why when it failed.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Failure">The rule that was broken; null unless <see cref="ConformanceOutcome.Failed"/>.</param>
public sealed record ConformanceResult(ConformanceOutcome Outcome, ConformanceFailure? Failure = null);
