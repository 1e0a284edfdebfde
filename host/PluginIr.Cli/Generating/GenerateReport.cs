namespace PluginIr.Cli.Generating;

/// <summary>What a generation did.</summary>
/// <param name="Tokens">The new tokens.</param>
/// <param name="Kernels">Which kernels ran.</param>
/// <param name="Swaps">How many plugins were replaced meanwhile.</param>
/// <param name="ManifestToServingMs">Milliseconds from when the replacement's manifest was written until it served; null where nothing was replaced.</param>
internal sealed record GenerateReport(IReadOnlyList<int> Tokens, IReadOnlyList<GenerateKernel> Kernels, long Swaps, double? ManifestToServingMs);
