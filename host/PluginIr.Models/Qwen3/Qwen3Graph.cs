using PluginIr.Compiler;
using PluginIr.Compiler.Graphs;
using PluginIr.Dispatch;
using PluginIr.Graphs;
using PluginIr.Ops;
using PluginIr.Runtime;

namespace PluginIr.Models.Qwen3;

/// <summary>
/// Writes a Qwen3 model down as a graph: the calls of its eager forward pass, for any number of tokens T of one sequence, or for one token of
/// each of B sequences.
/// </summary>
/// <remarks>
/// Inputs, with T = B for several sequences: <c>ids</c> i32 [T]; <c>positions</c> i64 [T]; <c>rows</c> i64 [T], where in the caches, taken as
/// [B · capacity, …], each token goes; <c>lengths</c> i64 [B], tokens of each sequence with these; then each layer's cache of keys, then those
/// of values, [B, capacity, key heads, head size], donated; then the weights. Outputs, for the last token or, of several sequences, for each:
/// the logits [B, vocabulary], or the likeliest next tokens and their logits; then the caches in the same order.
/// </remarks>
internal sealed class Qwen3Graph
{
    /// <summary>How many outputs there are before the caches: the logits.</summary>
    public const int LogitResults = 1;

    /// <summary>How many there are of a greedy graph: the next tokens i64 [B], and their logits [B, B].</summary>
    public const int GreedyResults = 2;

    private readonly GraphBuilder _graph;
    private readonly Qwen3Config _config;
    private readonly int _capacity;
    private readonly int _sequences;
    private readonly bool _isGreedy;
    private readonly Dim _tokens;
    private readonly DType _dtype;
    private readonly List<Tensor> _weights = [];
    private readonly GraphValue _positions;
    private readonly GraphValue _rows;
    private readonly GraphValue _lengths;
    private readonly Device _device;

    private Qwen3Graph(IrRuntime runtime, Qwen3Config config, DType dtype, Device device, int capacity, int sequences, bool isGreedy)
    {
        _device = device;
        string name = isGreedy ? "qwen3_greedy" : "qwen3";
        _graph = sequences == 1
            ? new GraphBuilder(runtime, name, new Symbol("T", 1, capacity))
            : new GraphBuilder(runtime, $"{name}_batch_{sequences}");
        (_config, _dtype, _capacity, _sequences, _isGreedy) = (config, dtype, capacity, sequences, isGreedy);
        _tokens = sequences == 1 ? Dim.Symbol : sequences;
        Ids = Input("ids", new SymbolicSpec(DType.Int32, _tokens));
        _positions = Input("positions", new SymbolicSpec(DType.Int64, _tokens));
        _rows = Input("rows", new SymbolicSpec(DType.Int64, _tokens));
        _lengths = Input("lengths", new SymbolicSpec(DType.Int64, sequences));
        Keys = [.. Enumerable.Range(0, config.LayerCount).Select(i => Cache($"keys_{i}"))];
        Values = [.. Enumerable.Range(0, config.LayerCount).Select(i => Cache($"values_{i}"))];
    }

    private GraphValue Ids { get; }

    private GraphValue[] Keys { get; }

    private GraphValue[] Values { get; }

    /// <summary>Writes a model down.</summary>
    /// <param name="runtime">The runtime that knows the ops.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="rotary">Its rotary table.</param>
    /// <param name="dtype">The dtype of weights and activations.</param>
    /// <param name="capacity">How many tokens a sequence can have.</param>
    /// <param name="sequences">How many sequences; 1 for any number of tokens of one.</param>
    /// <param name="isGreedy">True to end with the likeliest next tokens, false with the logits.</param>
    /// <returns>The graph, and the tensors for its last inputs: the weights.</returns>
    public static (Graph Graph, IReadOnlyList<Tensor> Weights) Of(
        IrRuntime runtime, Qwen3Config config, Qwen3Weights weights, Tensor rotary, DType dtype, int capacity, int sequences,
        bool isGreedy)
    {
        var writer = new Qwen3Graph(runtime, config, dtype, weights.Embedding.Device, capacity, sequences, isGreedy);
        return (writer.Write(weights, writer.Weight("rotary", rotary)), writer._weights);
    }

    private Graph Write(Qwen3Weights weights, GraphValue rotary)
    {
        GraphValue embedding = Weight("embedding", weights.Embedding);
        GraphValue sum = _graph.Embedding(Ids, embedding);
        GraphValue normed = _graph.RmsNorm(sum, Weight("norm_0", weights.Layers[0].InputNorm), _config.NormEpsilon);
        for (int i = 0; i < weights.Layers.Length; i++)
        {
            Qwen3Layer layer = weights.Layers[i];
            Tensor nextNorm = i + 1 == weights.Layers.Length ? weights.FinalNorm : weights.Layers[i + 1].InputNorm;
            (normed, sum) = _graph.FusedAddRmsNorm(
                Attend(i, layer, normed, rotary), sum, Weight($"feed_norm_{i}", layer.FeedForwardNorm), _config.NormEpsilon);
            (normed, sum) = _graph.FusedAddRmsNorm(FeedForward(i, layer, normed), sum, Weight($"norm_{i + 1}", nextNorm), _config.NormEpsilon);
        }

        GraphValue projection = ReferenceEquals(weights.OutputProjection, weights.Embedding) ? embedding : Weight("projection", weights.OutputProjection);
        GraphValue last = _sequences == 1 ? _graph.LastRows(normed, 1) : normed;
        GraphValue logits = _graph.Named(_graph.Linear(last, projection), "logits");
        return _graph.Build([.. _isGreedy ? Choose(last, logits, projection) : [logits], .. Keys, .. Values]);
    }

    // Only argmax reads the logits, so that they need not be kept. Those of the chosen tokens are made again from their rows of the projection,
    // to tell a NaN from a choice.
    private GraphValue[] Choose(GraphValue last, GraphValue logits, GraphValue projection)
    {
        GraphValue next = _graph.Named(_graph.Argmax(logits), "next");
        return [next, _graph.Named(_graph.Linear(last, _graph.Embedding(next, projection)), "next_logits")];
    }

    // x: [T, hidden], as the result.
    private GraphValue Attend(int i, Qwen3Layer layer, GraphValue x, GraphValue rotary)
    {
        int size = _config.HeadSize;
        GraphValue query = Heads(x, $"query_{i}", layer.Query, _config.HeadCount), key = Heads(x, $"key_{i}", layer.Key, _config.KeyValueHeadCount);
        query = _graph.RmsNorm(query, Weight($"query_norm_{i}", layer.QueryNorm), _config.NormEpsilon);
        key = _graph.RmsNorm(key, Weight($"key_norm_{i}", layer.KeyNorm), _config.NormEpsilon);
        (query, key) = _graph.RotaryEmbedding(_positions, query, key, size, size, rotary, true);
        Keys[i] = Update(Keys[i], key);
        Values[i] = Update(Values[i], Heads(x, $"value_{i}", layer.Value, _config.KeyValueHeadCount));
        GraphValue mixed = _graph.CachedAttention(query, Keys[i], Values[i], _lengths, 1 / MathF.Sqrt(size));
        return _graph.Linear(_graph.Reshape(mixed, _tokens, _config.HeadCount * size), Weight($"output_{i}", layer.Output));
    }

    // x: [T, hidden], as the result.
    private GraphValue FeedForward(int i, Qwen3Layer layer, GraphValue x) =>
        _graph.Linear(_graph.SiluAndMul(_graph.Linear(x, Weight($"gate_up_{i}", layer.GateUp))), Weight($"down_{i}", layer.Down));

    private GraphValue Heads(GraphValue x, string name, Tensor weight, int heads) =>
        _graph.Reshape(_graph.Linear(x, Weight(name, weight)), _tokens, heads, _config.HeadSize);

    private GraphValue Input(string name, SymbolicSpec spec) => _graph.Input(name, spec, _device);

    private GraphValue Cache(string name) => _graph.Input(
        name, new SymbolicSpec(_dtype, _sequences, _capacity, _config.KeyValueHeadCount, _config.HeadSize), _device, isDonated: true);

    // The rows of all sequences are one table to what writes them.
    private GraphValue Update(GraphValue cache, GraphValue tokens)
    {
        GraphValue table = _graph.Reshape(cache, _sequences * _capacity, _config.KeyValueHeadCount, _config.HeadSize);
        return _graph.Reshape(
            _graph.UpdateRows(table, tokens, _rows), _sequences, _capacity, _config.KeyValueHeadCount, _config.HeadSize);
    }

    private GraphValue Weight(string name, Tensor weight)
    {
        _weights.Add(weight);
        return _graph.Input(name, SymbolicSpec.Of(weight.Spec), _device, isUnaligned: (weight.Traits & CallTraits.Unaligned64) != 0);
    }
}
