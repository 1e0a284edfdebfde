using PluginIr.Models.Qwen3;

namespace PluginIr.Cli.Benchmarks.Latency;

/// <summary>Runs the model call by call: logits first, and then the likeliest tokens of them.</summary>
internal abstract class CallByCallRun(Qwen3Model model, LatencySizes sizes) : TextRun(model.Config, sizes)
{
    private readonly HostCopy _next = model.CreateHostCopy();
    private KeyValueCache[] _caches = [];

    protected override void Start() =>
        _caches = model.CreateCaches(Sizes.Batch, Sizes.InputLength + Sizes.OutputLength);

    protected override void Prefill(int sequence, int[] prompt)
    {
        using Tensor logits = Forward(prompt, _caches[sequence]), next = Likeliest(logits);
        Take(sequence, _next.Of(next).ReadIndex(0));
    }

    protected override void Step(ReadOnlySpan<int> tokens)
    {
        using Tensor logits = tokens.Length == 1 ? Forward(tokens, _caches[0]) : ForwardBatch(tokens, _caches);
        using Tensor next = Likeliest(logits);
        Tensor onHost = _next.Of(next);
        for (int i = 0; i < tokens.Length; i++)
            Take(i, onHost.ReadIndex(i));
    }

    protected override void End()
    {
        foreach (KeyValueCache cache in _caches)
            cache.Dispose();
    }

    /// <summary>The logits after one sequence's next tokens.</summary>
    protected abstract Tensor Forward(ReadOnlySpan<int> tokens, KeyValueCache cache);

    /// <summary>The logits after one token of each sequence.</summary>
    protected abstract Tensor ForwardBatch(ReadOnlySpan<int> tokens, KeyValueCache[] caches);

    /// <summary>The likeliest tokens, i64.</summary>
    protected abstract Tensor Likeliest(Tensor logits);
}
