using PluginIr.Models.Qwen3;

namespace PluginIr.Cli.Benchmarks.Latency;

/// <summary>Runs the model by calls of ops.</summary>
/// <param name="model">The model.</param>
/// <param name="sizes">What is generated.</param>
/// <param name="meter">Counts the activations' bytes; null where nobody asks.</param>
internal sealed class EagerRun(Qwen3Model model, LatencySizes sizes, ActivationMeter? meter = null) : CallByCallRun(model, sizes)
{
    private readonly Qwen3Model _model = model;

    public override string Name => "eager";

    public override long ActivationPeakBytes => meter?.PeakBytes ?? 0;

    protected override Tensor Forward(ReadOnlySpan<int> tokens, KeyValueCache cache) => _model.Forward(tokens, cache);

    protected override Tensor ForwardBatch(ReadOnlySpan<int> tokens, KeyValueCache[] caches) => _model.ForwardBatch(tokens, caches);

    protected override Tensor Likeliest(Tensor logits) => _model.Likeliest(logits);
}
