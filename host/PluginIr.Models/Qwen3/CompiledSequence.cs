using PluginIr.Compiler;
using PluginIr.Models.Decoding;

namespace PluginIr.Models.Qwen3;

/// <summary>One sequence of a compiled model: its tokens so far, as keys and values, and what running it takes. For one thread at a time.</summary>
public sealed class CompiledSequence : ISequence
{
    private readonly CompiledBatch _batch;
    private readonly HostCopy _logits;

    internal CompiledSequence(CompiledBatch batch, HostCopy logits) => (_batch, _logits) = (batch, logits);

    /// <summary>How many tokens the sequence has.</summary>
    public int Length => _batch.LengthOf(0);

    /// <summary>What runs the sequence: on a device, how often it was captured and replayed, or why not.</summary>
    public GraphSession Session => _batch.Session;

    /// <summary>How many bytes the intermediate values of the largest pass so far took.</summary>
    public long ArenaBytes => _batch.ArenaBytes;

    /// <summary>Runs the sequence's next tokens. Allocates nothing when as many have been run at once before, among the last 32 sizes.</summary>
    /// <param name="tokens">Their ids, at least one.</param>
    /// <returns>The logits [1, vocabulary] after the last of them; the sequence owns them, and they are good until its next run.</returns>
    /// <exception cref="ArgumentException">An id is not in the vocabulary. Nothing ran.</exception>
    /// <exception cref="InvalidOperationException">The sequence would be longer than the compiled model's capacity. Nothing ran.</exception>
    public Tensor Forward(ReadOnlySpan<int> tokens) => _batch.Forward(0, tokens);

    /// <inheritdoc/>
    public int ChooseNext(ReadOnlySpan<int> tokens, out float logit)
    {
        NextTokens next = _batch.ChooseNext(0, tokens);
        logit = next.LogitOf(0);
        return next[0];
    }

    /// <inheritdoc/>
    void ISequence.Append(ReadOnlySpan<int> tokens, Span<float> logits) => _logits.Of(Forward(tokens)).ReadRow(0, logits);

    /// <summary>Forgets all tokens, for another sequence in the same memory.</summary>
    public void Clear() => _batch.Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        _logits.Dispose();
        _batch.Dispose();
    }
}
