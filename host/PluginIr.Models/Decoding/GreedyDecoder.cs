namespace PluginIr.Models.Decoding;

/// <summary>Continues a text with the likeliest token, again and again: of equals the first, as transformers does.</summary>
/// <param name="model">The model that says how likely a token is.</param>
public sealed class GreedyDecoder(ILanguageModel model)
{
    /// <summary>Decodes lazily: a token is computed when it is asked for, so callers can print, stop or swap kernels in between.</summary>
    /// <param name="prompt">The text to continue, as token ids.</param>
    /// <param name="maxNewTokens">How many tokens to decode at most.</param>
    /// <returns>The new tokens; when the model ends the text, the token that ends it is the last. Each enumeration decodes anew.</returns>
    /// <exception cref="ArgumentException">The prompt is empty or has an id that the model does not have.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="maxNewTokens"/> is negative, or prompt and new tokens together are more than the model takes.
    /// </exception>
    /// <exception cref="ArithmeticException">While enumerating: a logit is NaN, so that there is no likeliest token.</exception>
    public IEnumerable<int> Decode(ReadOnlySpan<int> prompt, int maxNewTokens)
    {
        model.CheckTokens(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(maxNewTokens);
        int limit = model.MaxTokens;
        if (maxNewTokens > limit - prompt.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxNewTokens), maxNewTokens,
                $"A prompt of {prompt.Length} tokens and {maxNewTokens} new ones make {(long)prompt.Length + maxNewTokens}; " +
                $"the model takes at most {limit} ({model.MaxTokensSource}).");
        }

        return Tokens(prompt.ToArray(), maxNewTokens);
    }

    private IEnumerable<int> Tokens(int[] prompt, int maxNewTokens)
    {
        if (maxNewTokens == 0)
            yield break;
        using ISequence sequence = model.StartSequence(prompt.Length + maxNewTokens);
        int token = Next(prompt, sequence, 0);
        for (int step = 1; ; step++)
        {
            yield return token;
            if (step == maxNewTokens || model.EndTokens.Contains(token))
                yield break;
            token = Next([token], sequence, step);
        }
    }

    private static int Next(ReadOnlySpan<int> tokens, ISequence sequence, int step)
    {
        int token = sequence.ChooseNext(tokens, out float logit);
        return !float.IsNaN(logit) ? token : throw new ArithmeticException(
            $"Step {step}, after {sequence.Length} tokens: the logit of token {token} is NaN, so there is no likeliest token. " +
            "Expected numbers; check the weights, the dtype, and the kernels that ran.");
    }
}
