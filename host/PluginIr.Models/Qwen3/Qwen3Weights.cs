using PluginIr.Models.Checkpoints;

namespace PluginIr.Models.Qwen3;

/// <summary>All weights of a model, in the dtype that it runs in.</summary>
internal sealed class Qwen3Weights : IDisposable
{
    private readonly WeightLoader _loader;

    private Qwen3Weights(WeightLoader loader, Qwen3Config config)
    {
        _loader = loader;
        Embedding = loader.Load("model.embed_tokens.weight", config.VocabularySize, config.HiddenSize);
        OutputProjection = config.TiesEmbeddings
            ? Embedding
            : loader.Load("lm_head.weight", config.VocabularySize, config.HiddenSize);
        FinalNorm = loader.Load("model.norm.weight", config.HiddenSize);
        Layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => LoadLayer(loader, config, $"model.layers.{i}."))];

        // Some writers store a tied projection a second time, and older ones the frequencies that follow from the config.
        loader.RequireAllTaken(n => n == "lm_head.weight" || n.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal));
    }

    /// <summary>[vocabulary, hidden].</summary>
    public Tensor Embedding { get; }

    /// <summary>The layers, first to last.</summary>
    public Qwen3Layer[] Layers { get; }

    /// <summary>[hidden].</summary>
    public Tensor FinalNorm { get; }

    /// <summary>[vocabulary, hidden]; the embedding itself when the two are tied.</summary>
    public Tensor OutputProjection { get; }

    /// <summary>Loads all weights from a folder.</summary>
    public static Qwen3Weights Load(string folder, Qwen3Config config, DType dtype)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        var loader = new WeightLoader(checkpoint, dtype);
        try
        {
            return new Qwen3Weights(loader, config);
        }
        catch
        {
            loader.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _loader.Dispose();

    private static Qwen3Layer LoadLayer(WeightLoader loader, Qwen3Config config, string prefix)
    {
        long hidden = config.HiddenSize, head = config.HeadSize, inner = config.IntermediateSize;
        long queries = config.HeadCount * head, keys = config.KeyValueHeadCount * head;
        return new Qwen3Layer(
            InputNorm: loader.Load(prefix + "input_layernorm.weight", hidden),
            Query: loader.Load(prefix + "self_attn.q_proj.weight", queries, hidden),
            Key: loader.Load(prefix + "self_attn.k_proj.weight", keys, hidden),
            Value: loader.Load(prefix + "self_attn.v_proj.weight", keys, hidden),
            QueryNorm: loader.Load(prefix + "self_attn.q_norm.weight", head),
            KeyNorm: loader.Load(prefix + "self_attn.k_norm.weight", head),
            Output: loader.Load(prefix + "self_attn.o_proj.weight", hidden, queries),
            FeedForwardNorm: loader.Load(prefix + "post_attention_layernorm.weight", hidden),
            GateUp: loader.LoadStacked(prefix + "mlp.gate_proj.weight", prefix + "mlp.up_proj.weight", inner, hidden),
            Down: loader.Load(prefix + "mlp.down_proj.weight", hidden, inner));
    }
}
