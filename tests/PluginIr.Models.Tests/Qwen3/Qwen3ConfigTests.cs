using System.Text.Json.Nodes;
using PluginIr.Models.Qwen3;
using PluginIr.Models.Tests.Support;
using Xunit;

namespace PluginIr.Models.Tests.Qwen3;

public sealed class Qwen3ConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_reference_models_config_reads()
    {
        Qwen3Config config = Qwen3Config.Load(TinyModel.Folder);
        Assert.Equal(
            (128, 4, 4, 2, 32, 256, 512, 256),
            (config.HiddenSize, config.LayerCount, config.HeadCount, config.KeyValueHeadCount, config.HeadSize, config.IntermediateSize,
                config.VocabularySize, config.MaxPositions));
        Assert.Equal((1e-6f, 1e6, true, DType.Float32), (config.NormEpsilon, config.RopeTheta, config.TiesEmbeddings, config.DType));
        Assert.Empty(config.EndTokens);
    }

    [Fact]
    public void A_config_that_an_older_transformers_wrote_reads_the_same()
    {
        JsonObject json = TinyModel.Config();
        json.Remove("rope_parameters");
        json.Remove("dtype");
        json.Remove("layer_types");
        json["rope_theta"] = 1000000;
        json["rope_scaling"] = null;
        json["torch_dtype"] = "bfloat16";

        Qwen3Config config = Load(json);

        Assert.Equal(Qwen3Config.Load(TinyModel.Folder) with { DType = DType.BFloat16, EndTokens = config.EndTokens }, config);
    }

    [Theory]
    [InlineData("null", new int[0])]
    [InlineData("7", new[] { 7 })]
    [InlineData("[7, 9]", new[] { 7, 9 })]
    public void End_tokens_are_one_or_many_or_none(string value, int[] expected) =>
        Assert.Equal(expected, Load(With("eos_token_id", value)).EndTokens);

    [Theory]
    [InlineData("dtype", null)]
    [InlineData("tie_word_embeddings", false)]
    public void Keys_that_may_be_absent_have_a_meaning_then(string key, object? meaning)
    {
        JsonObject json = TinyModel.Config();
        json.Remove(key);
        Qwen3Config config = Load(json);
        Assert.Equal(meaning, key == "dtype" ? config.DType : config.TiesEmbeddings);
    }

    [Theory]
    [InlineData("model_type", "\"llama\"", "expected \"qwen3\"; found \"llama\"")]
    [InlineData("model_type", "\"qwen3_moe\"", "expected \"qwen3\"")]
    [InlineData("architectures", "[\"Qwen3ForSequenceClassification\"]", "expected [\"Qwen3ForCausalLM\"]")]
    [InlineData("architectures", "\"Qwen3ForCausalLM\"", "expected a list of strings")]
    [InlineData("hidden_act", "\"gelu\"", "expected \"silu\"; found \"gelu\"")]
    [InlineData("attention_bias", "true", "expected false")]
    [InlineData("attention_bias", "0", "expected true or false; found 0")]
    [InlineData("use_sliding_window", "true", "expected false")]
    [InlineData("quantization_config", "{\"bits\": 4}", "weights are not dequantised")]
    [InlineData("partial_rotary_factor", "0.5", "expected 1")]
    [InlineData("hidden_size", "0", "expected a whole number above 0; found 0")]
    [InlineData("hidden_size", "-128", "found -128")]
    [InlineData("hidden_size", "12.5", "found 12.5")]
    [InlineData("hidden_size", "\"128\"", "found \"128\"")]
    [InlineData("hidden_size", "4294967296", "found 4294967296")]
    [InlineData("num_hidden_layers", "null", "found nothing")]
    [InlineData("num_attention_heads", "[]", "found []")]
    [InlineData("num_key_value_heads", "3", "expected a divisor of num_attention_heads (4); found 3")]
    [InlineData("head_dim", "31", "expected an even number")]
    [InlineData("intermediate_size", "true", "found true")]
    [InlineData("vocab_size", "0", "found 0")]
    [InlineData("max_position_embeddings", "0", "found 0")]
    [InlineData("rms_norm_eps", "0", "expected a number above 0; found 0")]
    [InlineData("rms_norm_eps", "1e-60", "that float32 can hold; found 1e-60")]
    [InlineData("eos_token_id", "512", "expected ids below vocab_size (512); found 512")]
    [InlineData("eos_token_id", "-1", "expected a token id or a list of them")]
    [InlineData("eos_token_id", "[1, \"2\"]", "expected a token id or a list of them")]
    [InlineData("dtype", "\"float64\"", "expected \"float32\", \"float16\" or \"bfloat16\"; found \"float64\"")]
    [InlineData("layer_types", "[\"full_attention\"]", "expected one for each of num_hidden_layers (4); found 1")]
    [InlineData("rope_theta", "10000", "rope_theta: expected one value in the whole file")]
    [InlineData("rope_scaling", "\"yarn\"", "expected an object")]
    public void A_wrong_value_is_refused_with_its_key(string key, string value, string message)
    {
        var error = Assert.Throws<ModelConfigException>(() => Load(With(key, value)));
        Assert.Contains(message, error.Message);
        Assert.Contains(key, error.Message);
        Assert.StartsWith(_folder.File("config.json"), error.Message);
    }

    [Theory]
    [InlineData("rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": 4.0}", "rope_scaling.rope_type")]
    [InlineData("rope_scaling", "{\"type\": \"linear\", \"factor\": 2.0}", "rope_scaling.type")]
    [InlineData("rope_scaling", "{\"factor\": 2.0}", "rope_scaling.factor")]
    [InlineData("rope_parameters", "{\"rope_theta\": 10000, \"rope_type\": \"llama3\"}", "rope_parameters.rope_type")]
    [InlineData("rope_parameters", "{\"rope_theta\": 10000, \"partial_rotary_factor\": 0.5}", "rope_parameters.partial_rotary_factor")]
    [InlineData("rope_parameters", "{\"rope_theta\": -1}", "rope_parameters.rope_theta")]
    [InlineData("rope_parameters", "{}", "rope_theta")]
    [InlineData("layer_types", "[\"full_attention\",\"full_attention\",\"full_attention\",\"sliding_attention\"]", "layer_types")]
    public void What_is_not_computed_here_is_refused(string key, string value, string refused) =>
        Assert.Equal(refused, Assert.Throws<ModelConfigException>(() => Load(With(key, value))).Key);

    [Theory]
    [InlineData("model_type")]
    [InlineData("architectures")]
    [InlineData("hidden_act")]
    [InlineData("hidden_size")]
    [InlineData("num_hidden_layers")]
    [InlineData("num_attention_heads")]
    [InlineData("num_key_value_heads")]
    [InlineData("head_dim")]
    [InlineData("intermediate_size")]
    [InlineData("vocab_size")]
    [InlineData("max_position_embeddings")]
    [InlineData("rms_norm_eps")]
    public void A_missing_value_is_refused_with_its_key(string key)
    {
        JsonObject json = TinyModel.Config();
        json.Remove(key);
        var error = Assert.Throws<ModelConfigException>(() => Load(json));
        Assert.Equal(key, error.Key);
        Assert.Contains("found nothing", error.Message);
    }

    [Fact]
    public void A_key_that_is_given_twice_is_refused()
    {
        _folder.Write("config.json", """{"hidden_size": 1, "hidden_size": 2}""");
        Assert.Contains("hidden_size", Assert.Throws<ModelConfigException>(() => Qwen3Config.Load(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("{", "expected JSON")]
    [InlineData("[1]", "expected an object; found Array")]
    public void A_file_that_is_no_json_object_is_refused(string text, string message)
    {
        _folder.Write("config.json", text);
        Assert.Contains(message, Assert.Throws<ModelConfigException>(() => Qwen3Config.Load(_folder.Path)).Message);
    }

    [Fact]
    public void A_missing_file_is_refused() =>
        Assert.Contains("config.json: cannot be read", Assert.Throws<ModelConfigException>(() => Qwen3Config.Load(_folder.Path)).Message);

    private static JsonObject With(string key, string value)
    {
        JsonObject json = TinyModel.Config();
        json[key] = JsonNode.Parse(value);
        return json;
    }

    private Qwen3Config Load(JsonObject json)
    {
        _folder.Write("config.json", json.ToJsonString());
        return Qwen3Config.Load(_folder.Path);
    }
}
