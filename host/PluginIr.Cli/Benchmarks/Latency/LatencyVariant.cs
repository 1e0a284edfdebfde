namespace PluginIr.Cli.Benchmarks.Latency;

/// <summary>One way to run the model.</summary>
/// <param name="Name">
/// <c>direct</c>: hand-written calls of the same kernels, without IR; <c>eager</c>: call by call; <c>compiled</c>: as a compiled graph. All
/// choose the next tokens by argmax, which the compiled graph's compiler fuses with the product that makes the logits.
/// </param>
/// <param name="MedianS">The median seconds of a run: prompts and all new tokens.</param>
/// <param name="P90S">What nine of ten runs take at most.</param>
/// <param name="PrefillS">The median seconds of all prompts.</param>
/// <param name="StepS">The median seconds of a later step, which makes a token for each sequence.</param>
/// <param name="TokensPerS">New tokens a second in such steps, of all sequences together.</param>
/// <param name="LimitFraction">The time that reading the weights once takes at the measured bandwidth, over that of a step.</param>
/// <param name="AllocatedBytesPerStep">Managed bytes that a step allocates on its thread.</param>
/// <param name="ActivationPeakBytes">The most bytes that intermediate values took at one time, kernels' scratch memory apart. Not counted, null, for direct calls.</param>
/// <param name="OverDirect">The median over the runs of this variant's time to the direct one's beside it, less 1; null without that one.</param>
/// <param name="NormShare">The norm kernels' part of a run, by their time in direct calls; null without those.</param>
internal sealed record LatencyVariant(
    string Name, double MedianS, double P90S, double PrefillS, double StepS, double TokensPerS, double LimitFraction, long AllocatedBytesPerStep,
    long? ActivationPeakBytes, double? OverDirect, double? NormShare);
