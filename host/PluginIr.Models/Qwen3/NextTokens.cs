namespace PluginIr.Models.Qwen3;

/// <summary>The likeliest next tokens, one for each sequence that a greedy pass ran. Good until the batch's next run, which they belong to.</summary>
/// <remarks>Of tokens with equal logits the first. A NaN is the greatest logit, so that the chosen ones' logits tell whether there is any.</remarks>
public readonly struct NextTokens
{
    private readonly Tensor _ids;
    private readonly Tensor _logits;
    private readonly HostCopy _host;

    /// <summary>Takes a pass's results.</summary>
    /// <param name="ids">i64 [sequences], on the host: each one's token.</param>
    /// <param name="logits">[sequences, sequences]: in each sequence's row the logits of all sequences' tokens, its own on the diagonal. On any device.</param>
    /// <param name="host">Brings the logits to the host when they are asked for.</param>
    internal NextTokens(Tensor ids, Tensor logits, HostCopy host) => (_ids, _logits, _host) = (ids, logits, host);

    /// <summary>How many sequences there are.</summary>
    public int Count => (int)_ids.ElementCount;

    /// <summary>A sequence's token id.</summary>
    /// <param name="sequence">Which of the sequences that ran, from 0.</param>
    public int this[int sequence] => (int)_ids.AsSpan<long>()[sequence];

    /// <summary>The logit of a sequence's token; NaN when any token's is.</summary>
    /// <param name="sequence">Which of the sequences that ran, from 0.</param>
    public float LogitOf(int sequence)
    {
        float logit = 0;
        int size = _logits.DType.Size();
        ElementConversion.ToSingles(
            _host.Of(_logits).AsBytes().Slice(((sequence * Count) + sequence) * size, size), new Span<float>(ref logit), _logits.DType);
        return logit;
    }
}
