using PluginIr.Compiler;
using PluginIr.Dispatch;
using PluginIr.Models.Decoding;
using PluginIr.Runtime;

namespace PluginIr.Models.Qwen3;

/// <summary>A Qwen3 language model. Every computation in it is an IR op, so kernels can be chosen and replaced while it runs.</summary>
/// <remarks>
/// Follows the model in Hugging Face transformers (Qwen3ForCausalLM). The model is immutable: several threads may run it, each with a
/// cache of its own.
/// </remarks>
public sealed partial class Qwen3Model : ILanguageModel, IDisposable
{
    private readonly IrDispatcher _ir;

    // What it was loaded with: whoever runs it on another dispatcher, to count or to choose, has its caches from here.
    private readonly IrDispatcher _memory;
    private readonly Qwen3Weights _weights;
    private readonly Tensor _rotary;

    private Qwen3Model(IrDispatcher ir, Qwen3Config config, DType dtype, Qwen3Weights weights)
        : this(ir, ir, config, dtype, weights, Placed(ir, RotaryTable.Create(config.MaxPositions, config.HeadSize, config.RopeTheta), weights.Embedding.Device))
    {
    }

    private Qwen3Model(IrDispatcher ir, IrDispatcher memory, Qwen3Config config, DType dtype, Qwen3Weights weights, Tensor rotary)
    {
        _ir = ir;
        _memory = memory;
        _weights = weights;
        _rotary = rotary;
        Config = config;
        DType = dtype;
    }

    /// <summary>Sizes and constants.</summary>
    public Qwen3Config Config { get; }

    /// <summary>The dtype of weights and activations.</summary>
    public DType DType { get; }

    /// <summary>Where weights, caches and activations are.</summary>
    public Device Device => _weights.Embedding.Device;

    /// <summary>Loads a model from a folder in the Hugging Face layout: a <c>config.json</c> and a checkpoint.</summary>
    /// <param name="ir">What the model calls its ops on.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="dtype">What to run in: float32, float16 or bfloat16. The config's dtype when null, float32 when it names none.</param>
    /// <param name="device">Where it runs: the weights are copied there once, and stay when plugins are replaced.</param>
    /// <exception cref="ModelConfigException">The config is wrong, or describes a model that is not computed here.</exception>
    /// <exception cref="Checkpoints.CheckpointException">A weight is missing, misshapen, or one too many.</exception>
    /// <exception cref="Safetensors.SafetensorsException">A file of weights is damaged.</exception>
    /// <exception cref="InvalidOperationException">No loaded plugin serves the device, or it cannot be used here.</exception>
    /// <exception cref="Devices.DeviceException">There is not enough memory on the device, or its driver refuses.</exception>
    public static Qwen3Model Load(IrDispatcher ir, string folder, DType? dtype = null, Device device = default)
    {
        ArgumentNullException.ThrowIfNull(ir);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        RequireRunnable(dtype ?? DType.Float32);
        Qwen3Config config = Qwen3Config.Load(folder);
        DType chosen = dtype ?? config.DType ?? DType.Float32;
        return new Qwen3Model(ir, config, chosen, Qwen3Weights.Load(ir, folder, config, chosen, device));
    }

    /// <summary>Makes a model whose weights are random: for measuring, where only its shapes count.</summary>
    /// <param name="ir">What the model calls its ops on.</param>
    /// <param name="config">Its sizes; see <see cref="Qwen3Shapes"/>.</param>
    /// <param name="dtype">What to run in: float32, float16 or bfloat16.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it runs.</param>
    public static Qwen3Model CreateRandom(IrDispatcher ir, Qwen3Config config, DType dtype, int seed, Device device = default)
    {
        ArgumentNullException.ThrowIfNull(ir);
        ArgumentNullException.ThrowIfNull(config);
        RequireRunnable(dtype);
        return new Qwen3Model(ir, config, dtype, Qwen3Weights.CreateRandom(ir, config, dtype, seed, device));
    }

    /// <summary>The same model that calls its ops on another dispatcher. It is not to be disposed: the weights are this one's.</summary>
    /// <param name="ir">What it calls its ops on.</param>
    public Qwen3Model On(IrDispatcher ir)
    {
        ArgumentNullException.ThrowIfNull(ir);
        return new Qwen3Model(ir, _memory, Config, DType, _weights, _rotary);
    }

    /// <summary>The weights.</summary>
    internal Qwen3Weights Weights => _weights;

    /// <summary>The table that rotary_embedding reads.</summary>
    internal Tensor Rotary => _rotary;

    /// <summary>The bytes of weights that one pass reads, however few tokens it has: what bounds decoding.</summary>
    public long WeightBytesRead => _weights.ReadBytes;

    /// <summary>An empty cache for one sequence of this model.</summary>
    /// <param name="initialCapacity">How many tokens to make room for at once; the cache grows when there are more.</param>
    public KeyValueCache CreateCache(int initialCapacity = 64) => CreateCaches(1, initialCapacity)[0];

    /// <summary>Empty caches for several sequences that run together: on a device, their next tokens then share all launches.</summary>
    /// <param name="count">How many.</param>
    /// <param name="initialCapacity">How many tokens of each to make room for at once; a cache that grows past it leaves the others.</param>
    public KeyValueCache[] CreateCaches(int count, int initialCapacity = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(initialCapacity, 1);
        var tables = new KeyValueTables(_memory, Config, DType, Device, count, Math.Min(initialCapacity, Config.MaxPositions));
        return [.. Enumerable.Range(0, count).Select(i => new KeyValueCache(tables, i))];
    }

    /// <summary>What brings this model's results to the host.</summary>
    internal HostCopy CreateHostCopy() => new(_memory);

    /// <inheritdoc/>
    int ILanguageModel.VocabularySize => Config.VocabularySize;

    /// <inheritdoc/>
    int ILanguageModel.MaxTokens => Config.MaxPositions;

    /// <inheritdoc/>
    string ILanguageModel.MaxTokensSource => "max_position_embeddings";

    /// <inheritdoc/>
    IReadOnlyList<int> ILanguageModel.EndTokens => Config.EndTokens;

    /// <inheritdoc/>
    ISequence ILanguageModel.StartSequence(int tokens) => new EagerSequence(this, CreateCache(tokens));

    /// <summary>
    /// Compiles the model's forward pass, for prompts and single tokens alike, and for one token of each of several sequences: with the likeliest
    /// next tokens at its end now, with the logits when they are first asked for.
    /// </summary>
    /// <param name="runtime">The runtime that it was loaded for, or another with the same ops.</param>
    /// <param name="capacity">How many tokens a sequence can have; each sequence takes memory for that many keys and values.</param>
    /// <param name="sequences">How many sequences a batch has.</param>
    /// <param name="options">What the compiler is asked for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model does not take that many tokens, or there is no sequence.</exception>
    /// <exception cref="Compiler.Graphs.GraphException">No kernel takes one of the calls.</exception>
    public CompiledQwen3 Compile(IrRuntime runtime, int capacity, int sequences = 1, CompileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Config.MaxPositions);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);

        // With these many rows a sequence's part of a table begins as aligned as the table itself.
        const int RowsTogether = 32;
        int tableRows = (capacity + RowsTogether - 1) / RowsTogether * RowsTogether;
        (CompiledGraphs greedy, IReadOnlyList<Tensor> weights) = CompileGraphs(isGreedy: true);
        return new CompiledQwen3(runtime, this, greedy, () => CompileGraphs(isGreedy: false).Graphs, weights, capacity, tableRows, sequences);

        (CompiledGraphs Graphs, IReadOnlyList<Tensor> Weights) CompileGraphs(bool isGreedy)
        {
            (Compiler.Graphs.Graph single, IReadOnlyList<Tensor> weights) = Write(1, isGreedy);
            CompiledGraph? batch = sequences == 1 ? null : GraphCompiler.Compile(runtime, Write(sequences, isGreedy).Graph, options);
            return (new CompiledGraphs(GraphCompiler.Compile(runtime, single, options), batch), weights);
        }

        (Compiler.Graphs.Graph Graph, IReadOnlyList<Tensor> Weights) Write(int count, bool isGreedy) =>
            Qwen3Graph.Of(runtime, Config, _weights, _rotary, DType, tableRows, count, isGreedy);
    }

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

    // A tensor that was made on the host, where the model is.
    private static Tensor Placed(IrDispatcher ir, Tensor onHost, Device device)
    {
        if (device.IsCpu)
            return onHost;
        using (onHost)
        {
            Tensor placed = ir.Allocate(onHost.Spec, device);
            ir.Copy(onHost, placed);
            return placed;
        }
    }

    private static void RequireRunnable(DType dtype)
    {
        if (dtype is not (DType.Float32 or DType.Float16 or DType.BFloat16))
            throw new ArgumentException($"A model runs in float32, float16 or bfloat16; found {dtype.Name()}.", nameof(dtype));
    }

    /// <summary>Gives back the weights. No call may be running.</summary>
    public void Dispose()
    {
        _weights.Dispose();
        _rotary.Dispose();
    }
}
