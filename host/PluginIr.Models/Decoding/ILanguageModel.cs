namespace PluginIr.Models.Decoding;

/// <summary>A model that says how likely each token is to come next: what decoders work with, however the model runs.</summary>
public interface ILanguageModel
{
    /// <summary>How many token ids there are.</summary>
    int VocabularySize { get; }

    /// <summary>How many tokens a sequence can have.</summary>
    int MaxTokens { get; }

    /// <summary>What <see cref="MaxTokens"/> comes from, for messages.</summary>
    string MaxTokensSource { get; }

    /// <summary>The token ids that end a text; may be empty.</summary>
    IReadOnlyList<int> EndTokens { get; }

    /// <summary>Refuses token ids that the model does not have.</summary>
    /// <exception cref="ArgumentException">There is none, or an id is not in the vocabulary; the message names it and its position.</exception>
    void CheckTokens(ReadOnlySpan<int> tokens);

    /// <summary>Begins a sequence.</summary>
    /// <param name="tokens">How many tokens it will have.</param>
    ISequence StartSequence(int tokens);
}
