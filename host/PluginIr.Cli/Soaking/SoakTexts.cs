namespace PluginIr.Cli.Soaking;

/// <summary>What came of a model's texts.</summary>
/// <param name="Generated">How many were begun and ended.</param>
/// <param name="Failed">How many of them by an exception.</param>
/// <param name="Wrong">How many had other tokens than the first.</param>
internal sealed record SoakTexts(long Generated, long Failed, long Wrong);
