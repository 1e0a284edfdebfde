namespace PluginIr.Models.Qwen3;

/// <summary>The sizes and constants of a Qwen3 model: what of its <c>config.json</c> the computation depends on.</summary>
public sealed record Qwen3Config
{
    /// <summary>The length of a token's vector between layers.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>How many layers.</summary>
    public required int LayerCount { get; init; }

    /// <summary>How many query heads; a multiple of <see cref="KeyValueHeadCount"/>.</summary>
    public required int HeadCount { get; init; }

    /// <summary>How many key and value heads.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>The length of one head's vector; even.</summary>
    public required int HeadSize { get; init; }

    /// <summary>The length of a token's vector inside the gated feed-forward block.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>How many token ids there are.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>How many tokens a sequence can have.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>The epsilon of every rms_norm.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>The base of the rotary embedding's frequencies.</summary>
    public required double RopeTheta { get; init; }

    /// <summary>True when the embedding's weight is the output projection's too.</summary>
    public required bool TiesEmbeddings { get; init; }

    /// <summary>The token ids that end a text; may be empty.</summary>
    public required IReadOnlyList<int> EndTokens { get; init; }

    /// <summary>The dtype that the model was made to run in; null when the config does not say.</summary>
    public required DType? DType { get; init; }

    /// <summary>Reads the <c>config.json</c> of a folder.</summary>
    /// <exception cref="ModelConfigException">It cannot be read, is wrong, or describes a model that is not computed here.</exception>
    public static Qwen3Config Load(string folder) => Qwen3ConfigReader.Read(Path.Combine(folder, "config.json"));
}
