namespace PluginIr.Cli.Verifying;

/// <summary>Cases of one op that the asked-for provider does not take.</summary>
/// <param name="Op">The op.</param>
/// <param name="Cases">How many cases.</param>
/// <param name="Reason">Why: it has no kernel of the op, or one that takes other dtypes, another device, …</param>
internal sealed record VerifySkip(string Op, int Cases, string Reason);
