using System.Text.Json.Nodes;
using PluginIr.Models.Checkpoints;
using PluginIr.Models.Decoding;
using PluginIr.Models.Qwen3;
using PluginIr.Models.Tests.Support;
using Xunit;

namespace PluginIr.Models.Tests.Qwen3;

public sealed class Qwen3WeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, Tensor> _weights = TinyModel.Weights();

    public void Dispose()
    {
        foreach (Tensor weight in _weights.Values)
            weight.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_divided_checkpoint_decodes_the_same_tokens()
    {
        var map = new JsonObject();
        foreach (IGrouping<int, KeyValuePair<string, Tensor>> shard in _weights.Index().GroupBy(w => w.Index % 3, w => w.Item))
        {
            string file = $"model-{shard.Key + 1:d5}-of-00003.safetensors";
            SafetensorsWriter.Write(_folder.File(file), shard.Select(w => (w.Key, w.Value)));
            foreach (string name in shard.Select(w => w.Key))
                map[name] = file;
        }

        _folder.Write("model.safetensors.index.json", new JsonObject { ["weight_map"] = map }.ToJsonString());
        _folder.Write("config.json", TinyModel.Config().ToJsonString());

        using Qwen3Model model = TinyModel.Load(_folder.Path);
        Assert.Equal(TinyModel.Greedy, new GreedyDecoder(model).Decode(TinyModel.Prompt, TinyModel.Greedy.Length));
    }

    [Fact]
    public void Untied_embeddings_take_the_logits_from_lm_head()
    {
        // An output projection with the embedding's rows upside down gives the logits upside down.
        _weights["lm_head.weight"] = UpsideDown(_weights["model.embed_tokens.weight"]);
        JsonObject config = TinyModel.Config();
        config["tie_word_embeddings"] = false;
        TinyModel.Write(_folder, config, _weights);

        Assert.Equal(PromptLogits(TinyModel.Folder, null), PromptLogits(_folder.Path, null).Reverse());
    }

    [Fact]
    public void Tied_embeddings_ignore_a_stored_lm_head()
    {
        _weights["lm_head.weight"] = UpsideDown(_weights["model.embed_tokens.weight"]);
        TinyModel.Write(_folder, TinyModel.Config(), _weights);
        Assert.Equal(PromptLogits(TinyModel.Folder, null), PromptLogits(_folder.Path, null));
    }

    [Theory]
    [InlineData(DType.BFloat16, 0.15f)]
    [InlineData(DType.Float16, 0.02f)]
    public void Weights_of_16_bits_run_in_float32_and_in_their_own_dtype(DType stored, float tolerance)
    {
        JsonObject config = TinyModel.Config();
        config["dtype"] = stored.Name();
        TinyModel.Write(_folder, config, _weights.ToDictionary(w => w.Key, w => Tensor.FromSingles(stored, w.Value.ToSingles(), w.Value.Shape)));

        float[] reference = TinyModel.Logits()[0], widened = PromptLogits(_folder.Path, DType.Float32), own = PromptLogits(_folder.Path, null);

        LogitsAssert.Close(reference, widened, tolerance);
        LogitsAssert.Close(reference, own, tolerance);

        // Negative control: 16 bits do not hold the reference's weights, so each way must show its own rounding.
        Assert.NotEqual(reference, widened);
        Assert.NotEqual(widened, own);
    }

    [Fact]
    public void Misaligned_weights_decode_the_same_tokens()
    {
        _folder.Write("config.json", TinyModel.Config().ToJsonString());
        string file = _folder.File("model.safetensors");
        SafetensorsWriter.Write(file, _weights.Select(w => (w.Key, w.Value)), alignment: 1);
        Assert.NotEqual(0, (8 + BitConverter.ToInt64(File.ReadAllBytes(file))) % 4);

        using Qwen3Model model = TinyModel.Load(_folder.Path);
        Assert.Equal(TinyModel.Greedy[..4], new GreedyDecoder(model).Decode(TinyModel.Prompt, 4));
    }

    [Fact]
    public void A_missing_weight_is_refused_by_name()
    {
        _weights.Remove("model.layers.2.self_attn.k_norm.weight");
        AssertRefused("weight 'model.layers.2.self_attn.k_norm.weight': expected [32]; found no such weight");
    }

    [Fact]
    public void Untied_embeddings_without_lm_head_are_refused()
    {
        JsonObject config = TinyModel.Config();
        config["tie_word_embeddings"] = false;
        AssertRefused("weight 'lm_head.weight': expected [512,128]; found no such weight", config);
    }

    [Fact]
    public void A_misshapen_weight_is_refused_by_name()
    {
        _weights["model.layers.1.mlp.up_proj.weight"] = Tensor.Zeros(DType.Float32, 128, 256);
        AssertRefused("weight 'model.layers.1.mlp.up_proj.weight': expected [256,128]; found [128,256]");
    }

    [Fact]
    public void A_weight_of_integers_is_refused_by_name()
    {
        _weights["model.norm.weight"] = Tensor.Zeros(DType.Int8, 128);
        AssertRefused("weight 'model.norm.weight': expected float32, float16 or bfloat16; found int8");
    }

    [Fact]
    public void Layers_that_the_config_does_not_count_are_refused()
    {
        JsonObject config = TinyModel.Config();
        config["num_hidden_layers"] = 3;
        config.Remove("layer_types");
        AssertRefused("found 11 more: model.layers.3.input_layernorm.weight, ", config);
    }

    [Fact]
    public void Biases_that_the_model_does_not_add_are_refused()
    {
        _weights["model.layers.0.self_attn.q_proj.bias"] = Tensor.Zeros(DType.Float32, 128);
        AssertRefused("found 1 more: model.layers.0.self_attn.q_proj.bias.");
    }

    private void AssertRefused(string message, JsonObject? config = null)
    {
        TinyModel.Write(_folder, config ?? TinyModel.Config(), _weights);
        Assert.Contains(message, Assert.Throws<CheckpointException>(() => TinyModel.Load(_folder.Path)).Message);
    }

    private static float[] PromptLogits(string folder, DType? dtype)
    {
        using Qwen3Model model = TinyModel.Load(folder, dtype);
        using KeyValueCache cache = model.CreateCache();
        using Tensor logits = model.Forward(TinyModel.Prompt, cache);
        return logits.ToSingles();
    }

    private static Tensor UpsideDown(Tensor matrix) => Tensor.From<float>(
        [.. matrix.ToSingles().Chunk((int)matrix.Last).Reverse().SelectMany(row => row)], matrix.Shape);
}
