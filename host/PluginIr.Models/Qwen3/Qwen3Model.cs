using PluginIr.Dispatch;

namespace PluginIr.Models.Qwen3;

/// <summary>A Qwen3 language model. Every computation in it is an IR op, so kernels can be chosen and replaced while it runs.</summary>
/// <remarks>
/// Follows the model in Hugging Face transformers (Qwen3ForCausalLM). The model is immutable: several threads may run it, each with a
/// cache of its own.
/// </remarks>
public sealed partial class Qwen3Model : IDisposable
{
    private readonly IrDispatcher _ir;
    private readonly Qwen3Weights _weights;
    private readonly Tensor _rotary;

    private Qwen3Model(IrDispatcher ir, Qwen3Config config, DType dtype, Qwen3Weights weights)
    {
        _ir = ir;
        _weights = weights;
        _rotary = RotaryTable.Create(config.MaxPositions, config.HeadSize, config.RopeTheta);
        Config = config;
        DType = dtype;
    }

    /// <summary>Sizes and constants.</summary>
    public Qwen3Config Config { get; }

    /// <summary>The dtype of weights and activations.</summary>
    public DType DType { get; }

    /// <summary>Loads a model from a folder in the Hugging Face layout: a <c>config.json</c> and a checkpoint.</summary>
    /// <param name="ir">What the model calls its ops on.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="dtype">What to run in: float32, float16 or bfloat16. The config's dtype when null, float32 when it names none.</param>
    /// <exception cref="ModelConfigException">The config is wrong, or describes a model that is not computed here.</exception>
    /// <exception cref="Checkpoints.CheckpointException">A weight is missing, misshapen, or one too many.</exception>
    /// <exception cref="Safetensors.SafetensorsException">A file of weights is damaged.</exception>
    public static Qwen3Model Load(IrDispatcher ir, string folder, DType? dtype = null)
    {
        ArgumentNullException.ThrowIfNull(ir);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (dtype is not (null or DType.Float32 or DType.Float16 or DType.BFloat16))
            throw new ArgumentException($"A model runs in float32, float16 or bfloat16; found {dtype.Value.Name()}.", nameof(dtype));
        Qwen3Config config = Qwen3Config.Load(folder);
        DType chosen = dtype ?? config.DType ?? DType.Float32;
        return new Qwen3Model(ir, config, chosen, Qwen3Weights.Load(folder, config, chosen));
    }

    /// <summary>An empty cache for one sequence of this model.</summary>
    /// <param name="initialCapacity">How many tokens to make room for at once; the cache grows when there are more.</param>
    public KeyValueCache CreateCache(int initialCapacity = 64) => new(Config, DType, initialCapacity);

    /// <summary>Refuses token ids that the model does not have.</summary>
    /// <exception cref="ArgumentException">There is none, or an id is not in the vocabulary; the message names it and its position.</exception>
    public void CheckTokens(ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty)
            throw new ArgumentException("Expected at least one token id; found none.", nameof(tokens));
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)Config.VocabularySize)
            {
                throw new ArgumentException(
                    $"Token id {tokens[i]} at position {i} is not in the vocabulary; expected 0 to {Config.VocabularySize - 1} " +
                    $"(vocab_size {Config.VocabularySize}).", nameof(tokens));
            }
        }
    }

    /// <summary>Gives back the weights. No call may be running.</summary>
    public void Dispose()
    {
        _weights.Dispose();
        _rotary.Dispose();
    }
}
