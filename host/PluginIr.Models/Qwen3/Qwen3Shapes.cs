namespace PluginIr.Models.Qwen3;

/// <summary>The configs of published models, for measuring without their weights.</summary>
public static class Qwen3Shapes
{
    /// <summary>The configs by name.</summary>
    public static IReadOnlyDictionary<string, Qwen3Config> ByName { get; } = new Dictionary<string, Qwen3Config>(StringComparer.OrdinalIgnoreCase)
    {
        // Source: the config.json of Qwen/Qwen3-0.6B.
        ["qwen3-0.6b"] = new()
        {
            HiddenSize = 1024,
            LayerCount = 28,
            HeadCount = 16,
            KeyValueHeadCount = 8,
            HeadSize = 128,
            IntermediateSize = 3072,
            VocabularySize = 151936,
            MaxPositions = 40960,
            NormEpsilon = 1e-6f,
            RopeTheta = 1_000_000,
            TiesEmbeddings = true,
            EndTokens = [],
            DType = DType.BFloat16,
        },
    };
}
