namespace PluginIr.Cli.Verifying;

/// <summary>The count for one op and provider.</summary>
internal sealed record VerifyLine(string Op, string Provider, int Passed, int Failed, IReadOnlyList<VerifySkip> Skips);
