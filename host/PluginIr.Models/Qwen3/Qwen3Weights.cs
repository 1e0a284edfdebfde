using PluginIr.Dispatch;
using PluginIr.Models.Checkpoints;

namespace PluginIr.Models.Qwen3;

/// <summary>All weights of a model, in the dtype that it runs in.</summary>
internal sealed class Qwen3Weights : IDisposable
{
    private readonly IWeightSource _source;

    private Qwen3Weights(IWeightSource source, Qwen3Config config)
    {
        _source = source;
        Embedding = source.Load("model.embed_tokens.weight", config.VocabularySize, config.HiddenSize);
        OutputProjection = config.TiesEmbeddings
            ? Embedding
            : source.Load("lm_head.weight", config.VocabularySize, config.HiddenSize);
        FinalNorm = source.Load("model.norm.weight", config.HiddenSize);
        Layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => LoadLayer(source, config, $"model.layers.{i}."))];
    }

    /// <summary>[vocabulary, hidden].</summary>
    public Tensor Embedding { get; }

    /// <summary>The layers, first to last.</summary>
    public Qwen3Layer[] Layers { get; }

    /// <summary>[hidden].</summary>
    public Tensor FinalNorm { get; }

    /// <summary>[vocabulary, hidden]; the embedding itself when the two are tied.</summary>
    public Tensor OutputProjection { get; }

    /// <summary>Loads all weights from a folder, to a device.</summary>
    public static Qwen3Weights Load(IrDispatcher ir, string folder, Qwen3Config config, DType dtype, Device device)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        var loader = new WeightLoader(checkpoint, dtype);
        IWeightSource source = Placed(loader, ir, device);
        try
        {
            var weights = new Qwen3Weights(source, config);

            // Some writers store a tied projection a second time, and older ones the frequencies that follow from the config.
            loader.RequireAllTaken(n => n == "lm_head.weight" || n.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal));
            return weights;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Makes weights at random, on a device.</summary>
    public static Qwen3Weights CreateRandom(IrDispatcher ir, Qwen3Config config, DType dtype, int seed, Device device) =>
        new(Placed(new RandomWeights(dtype, seed), ir, device), config);

    /// <summary>The bytes of all weights that a pass reads whole: of the embedding it reads single rows.</summary>
    public long ReadBytes => Layers.Sum(l => l.Bytes) + FinalNorm.Spec.ByteCount + OutputProjection.Spec.ByteCount;

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private static IWeightSource Placed(IWeightSource source, IrDispatcher ir, Device device) =>
        device.IsCpu ? source : new DeviceWeights(source, ir, device);

    private static Qwen3Layer LoadLayer(IWeightSource source, Qwen3Config config, string prefix)
    {
        long hidden = config.HiddenSize, head = config.HeadSize, inner = config.IntermediateSize;
        long queries = config.HeadCount * head, keys = config.KeyValueHeadCount * head;
        return new Qwen3Layer(
            InputNorm: source.Load(prefix + "input_layernorm.weight", hidden),
            Query: source.Load(prefix + "self_attn.q_proj.weight", queries, hidden),
            Key: source.Load(prefix + "self_attn.k_proj.weight", keys, hidden),
            Value: source.Load(prefix + "self_attn.v_proj.weight", keys, hidden),
            QueryNorm: source.Load(prefix + "self_attn.q_norm.weight", head),
            KeyNorm: source.Load(prefix + "self_attn.k_norm.weight", head),
            Output: source.Load(prefix + "self_attn.o_proj.weight", hidden, queries),
            FeedForwardNorm: source.Load(prefix + "post_attention_layernorm.weight", hidden),
            GateUp: source.LoadStacked(prefix + "mlp.gate_proj.weight", prefix + "mlp.up_proj.weight", inner, hidden),
            Down: source.Load(prefix + "mlp.down_proj.weight", hidden, inner));
    }
}
