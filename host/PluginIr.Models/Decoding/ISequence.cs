namespace PluginIr.Models.Decoding;

/// <summary>One sequence of tokens that a model goes along with. For one thread at a time.</summary>
public interface ISequence : IDisposable
{
    /// <summary>How many tokens the sequence has.</summary>
    int Length { get; }

    /// <summary>Adds tokens.</summary>
    /// <param name="tokens">Their ids, at least one.</param>
    /// <param name="logits">Receives the logits of all token ids after the last of them.</param>
    void Append(ReadOnlySpan<int> tokens, Span<float> logits);

    /// <summary>Adds tokens and chooses the one to follow, which is not added yet: the first of those with the greatest logit.</summary>
    /// <param name="tokens">Their ids, at least one.</param>
    /// <param name="logit">The chosen token's logit. NaN when any token's is; the chosen one is then the first such.</param>
    /// <returns>The chosen token's id.</returns>
    int ChooseNext(ReadOnlySpan<int> tokens, out float logit);
}
