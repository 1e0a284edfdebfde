using PluginIr.Models.Qwen3;

namespace PluginIr.Models.Decoding;

/// <summary>Continues a text with the likeliest token, again and again.</summary>
/// <param name="model">The model that says how likely a token is.</param>
public sealed class GreedyDecoder(Qwen3Model model)
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
        int limit = model.Config.MaxPositions;
        if (maxNewTokens > limit - prompt.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxNewTokens), maxNewTokens,
                $"A prompt of {prompt.Length} tokens and {maxNewTokens} new ones make {(long)prompt.Length + maxNewTokens}; " +
                $"the model takes at most {limit} (max_position_embeddings).");
        }

        return Tokens(prompt.ToArray(), maxNewTokens);
    }

    private IEnumerable<int> Tokens(int[] prompt, int maxNewTokens)
    {
        if (maxNewTokens == 0)
            yield break;
        using KeyValueCache cache = model.CreateCache(prompt.Length + maxNewTokens);
        float[] logits = new float[model.Config.VocabularySize];
        int token = Next(prompt, cache, logits, 0);
        for (int step = 1; ; step++)
        {
            yield return token;
            if (step == maxNewTokens || model.Config.EndTokens.Contains(token))
                yield break;
            token = Next([token], cache, logits, step);
        }
    }

    private int Next(ReadOnlySpan<int> tokens, KeyValueCache cache, float[] logits, int step)
    {
        using (Tensor row = model.Forward(tokens, cache))
            row.ReadRow(0, logits);
        int nan = Array.FindIndex(logits, float.IsNaN);
        if (nan >= 0)
        {
            throw new ArithmeticException(
                $"Step {step}, after {cache.Length} tokens: the logit of token {nan} is NaN, so there is no likeliest token. " +
                "Expected numbers; check the weights, the dtype, and the kernels that ran.");
        }

        return IndexOfLargest(logits);
    }

    // The first of equals, as torch.argmax on the CPU and transformers choose.
    private static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[largest])
                largest = i;
        }

        return largest;
    }
}
