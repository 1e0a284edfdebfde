namespace PluginIr.Cli.Generating;

/// <summary>What a generation did.</summary>
/// <param name="Tokens">The new tokens.</param>
/// <param name="Kernels">Which kernels ran.</param>
/// <param name="Swaps">How many plugins were replaced meanwhile.</param>
internal sealed record GenerateReport(IReadOnlyList<int> Tokens, IReadOnlyList<GenerateKernel> Kernels, long Swaps);
