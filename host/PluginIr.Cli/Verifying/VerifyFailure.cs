namespace PluginIr.Cli.Verifying;

/// <summary>An output that is not as recorded.</summary>
/// <param name="Id">The case's number.</param>
/// <param name="Op">The op.</param>
/// <param name="Provider">The provider whose kernel ran.</param>
/// <param name="Output">The output's name; empty when the call itself failed.</param>
/// <param name="MaxAbs">The largest absolute difference among finite values; null when values could not be compared.</param>
/// <param name="MaxRel">The largest relative difference among them.</param>
/// <param name="Problem">What was expected and what was found.</param>
internal sealed record VerifyFailure(int Id, string Op, string Provider, string Output, double? MaxAbs, double? MaxRel, string Problem);
