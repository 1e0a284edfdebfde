using PluginIr.Compiler;
using PluginIr.Models.Decoding;
using PluginIr.Runtime;

namespace PluginIr.Models.Qwen3;

/// <summary>A Qwen3 model as a compiled graph: the same tokens as the eager model, and nothing allocated for a token.</summary>
/// <remarks>
/// Follows the runtime's registry: a kernel that is replaced is called from the next run on. Any number of threads, each with a sequence of
/// its own. Disposing it frees what sequences have left for others; the model it was compiled from lives on.
/// </remarks>
public sealed class CompiledQwen3 : ILanguageModel, IDisposable
{
    private readonly int _tableRows;
    private readonly Lazy<CompiledGraphs> _logitGraphs;

    internal CompiledQwen3(
        IrRuntime runtime, Qwen3Model model, CompiledGraphs greedyGraphs, Func<CompiledGraphs> compileLogits, IReadOnlyList<Tensor> weights,
        int capacity, int tableRows, int sequences)
    {
        // A failure is not kept: another registry may have the kernels.
        _logitGraphs = new Lazy<CompiledGraphs>(compileLogits, LazyThreadSafetyMode.PublicationOnly);
        _tableRows = tableRows;
        Runtime = runtime;
        Model = model;
        GreedyGraphs = greedyGraphs;
        Weights = weights;
        Capacity = capacity;
        Sequences = sequences;
    }

    /// <summary>What allocates and copies.</summary>
    internal IrRuntime Runtime { get; }

    /// <summary>The model whose weights it runs with; to be kept for as long as sequences run.</summary>
    public Qwen3Model Model { get; }

    /// <summary>The graph of any number of tokens of one sequence that ends with the logits. It is compiled when it is first asked for.</summary>
    public CompiledGraph Graph => LogitGraphs.Single;

    /// <summary>The graph of any number of tokens of one sequence that ends with the likeliest next token.</summary>
    public CompiledGraph GreedyGraph => GreedyGraphs.Single;

    /// <summary>The same of one token of every sequence; null when there is one sequence only.</summary>
    public CompiledGraph? GreedyBatchGraph => GreedyGraphs.Batch;

    /// <summary>How many sequences a batch has.</summary>
    public int Sequences { get; }

    /// <summary>What runs when logits are asked for.</summary>
    internal CompiledGraphs LogitGraphs => _logitGraphs.Value;

    /// <summary>What runs when the likeliest next tokens are.</summary>
    internal CompiledGraphs GreedyGraphs { get; }

    /// <summary>The tensors for the graphs' last inputs.</summary>
    internal IReadOnlyList<Tensor> Weights { get; }

    /// <summary>How many tokens a sequence can have.</summary>
    public int Capacity { get; }

    /// <inheritdoc/>
    int ILanguageModel.VocabularySize => Model.Config.VocabularySize;

    /// <inheritdoc/>
    int ILanguageModel.MaxTokens => Capacity;

    /// <inheritdoc/>
    string ILanguageModel.MaxTokensSource => "what it was compiled for";

    /// <inheritdoc/>
    IReadOnlyList<int> ILanguageModel.EndTokens => Model.Config.EndTokens;

    /// <inheritdoc/>
    void ILanguageModel.CheckTokens(ReadOnlySpan<int> tokens) => Model.CheckTokens(tokens);

    /// <inheritdoc/>
    ISequence ILanguageModel.StartSequence(int tokens) => StartSequence();

    /// <summary>Begins a sequence, by itself.</summary>
    /// <exception cref="InvalidOperationException">The model was compiled for several.</exception>
    public CompiledSequence StartSequence() => Sequences == 1
        ? new CompiledSequence(StartBatch(), Model.CreateHostCopy())
        : throw new InvalidOperationException($"The model was compiled for {Sequences} sequences; call StartBatch.");

    /// <summary>Begins as many sequences as the model was compiled for.</summary>
    public CompiledBatch StartBatch() => new(this, _tableRows);

    /// <inheritdoc/>
    public void Dispose()
    {
        GreedyGraphs.Dispose();
        if (_logitGraphs.IsValueCreated)
            _logitGraphs.Value.Dispose();
    }
}
