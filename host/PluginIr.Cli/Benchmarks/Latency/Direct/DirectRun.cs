using PluginIr.Models.Qwen3;
using PluginIr.Runtime;

namespace PluginIr.Cli.Benchmarks.Latency.Direct;

/// <summary>Runs the model with hand-written calls of the kernels: what the other variants are measured against.</summary>
internal sealed class DirectRun : CallByCallRun
{
    private readonly DirectKernels _kernels;
    private readonly DirectModel _direct;

    public DirectRun(IrRuntime ir, Qwen3Model model, LatencySizes sizes) : base(model, sizes)
    {
        _kernels = new DirectKernels(ir, model.DType, model.Device);
        _direct = new DirectModel(model, _kernels);
    }

    public override string Name => "direct";

    public override long ActivationPeakBytes => 0;

    /// <summary>The seconds of one run's norms, each timed for itself, in a run that counts for nothing else.</summary>
    public double MeasureNormSeconds(CancellationToken cancellationToken)
    {
        (_kernels.TimesNorms, _kernels.NormSeconds) = (true, 0);
        Run(cancellationToken);
        _kernels.TimesNorms = false;
        return _kernels.NormSeconds;
    }

    protected override Tensor Forward(ReadOnlySpan<int> tokens, KeyValueCache cache) => _direct.Forward(tokens, cache);

    protected override Tensor ForwardBatch(ReadOnlySpan<int> tokens, KeyValueCache[] caches) => _direct.ForwardBatch(tokens, caches);

    protected override Tensor Likeliest(Tensor logits) => _kernels.Argmax(logits);
}
