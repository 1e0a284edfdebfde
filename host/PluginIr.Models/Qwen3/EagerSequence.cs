using PluginIr.Models.Decoding;

namespace PluginIr.Models.Qwen3;

/// <summary>A sequence whose passes are made call by call.</summary>
/// <param name="model">The model.</param>
/// <param name="cache">The sequence's cache, which it owns.</param>
internal sealed class EagerSequence(Qwen3Model model, KeyValueCache cache) : ISequence
{
    private readonly HostCopy _logits = model.CreateHostCopy(), _next = model.CreateHostCopy(), _chosen = model.CreateHostCopy();

    public int Length => cache.Length;

    public void Append(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        using Tensor row = model.Forward(tokens, cache);
        _logits.Of(row).ReadRow(0, logits);
    }

    public int ChooseNext(ReadOnlySpan<int> tokens, out float logit)
    {
        using Tensor logits = model.Forward(tokens, cache), next = model.Likeliest(logits);
        int token = (int)_next.Of(next).ReadIndex(0);
        using Tensor chosen = logits.Slice(0, token, 1);
        logit = 0;
        _chosen.Of(chosen).ReadRow(0, new Span<float>(ref logit));
        return token;
    }

    public void Dispose()
    {
        foreach (HostCopy copy in (ReadOnlySpan<HostCopy>)[_logits, _next, _chosen])
            copy.Dispose();
        cache.Dispose();
    }
}
