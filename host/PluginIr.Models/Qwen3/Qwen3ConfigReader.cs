using System.Text.Json;
using PluginIr.Models.Json;

namespace PluginIr.Models.Qwen3;

/// <summary>Reads and checks a Hugging Face <c>config.json</c> of a Qwen3 model.</summary>
/// <remarks>
/// Whatever would change the results and is not computed here is refused: a model that runs and is quietly wrong is the worst outcome.
/// Keys that only training or sampling read are not looked at.
/// </remarks>
internal static class Qwen3ConfigReader
{
    /// <summary>Reads one file.</summary>
    public static Qwen3Config Read(string file)
    {
        try
        {
            using JsonDocument document = StrictJson.Parse(File.ReadAllBytes(file));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(new ConfigObject(file, "", document.RootElement))
                : throw new ModelConfigException(file, "", $"expected an object; found {document.RootElement.ValueKind}.");
        }
        catch (Exception e) when (StrictJson.IsMalformed(e))
        {
            throw new ModelConfigException(file, "", $"expected JSON; found: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException and not ModelConfigException or UnauthorizedAccessException)
        {
            throw new ModelConfigException(file, "", $"cannot be read: {e.Message}", e);
        }
    }

    private static Qwen3Config Read(ConfigObject config)
    {
        RefuseOtherModels(config);
        var result = new Qwen3Config
        {
            HiddenSize = config.Positive("hidden_size"),
            LayerCount = config.Positive("num_hidden_layers"),
            HeadCount = config.Positive("num_attention_heads"),
            KeyValueHeadCount = config.Positive("num_key_value_heads"),
            HeadSize = config.Positive("head_dim"),
            IntermediateSize = config.Positive("intermediate_size"),
            VocabularySize = config.Positive("vocab_size"),
            MaxPositions = config.Positive("max_position_embeddings"),
            NormEpsilon = config.PositiveSingle("rms_norm_eps"),
            RopeTheta = RopeTheta(config),
            TiesEmbeddings = config.Flag("tie_word_embeddings"),
            EndTokens = config.Ids("eos_token_id"),
            DType = DType(config),
        };

        if (result.HeadCount % result.KeyValueHeadCount != 0)
        {
            throw config.Wrong(
                "num_key_value_heads", $"a divisor of num_attention_heads ({result.HeadCount})", $"{result.KeyValueHeadCount}");
        }

        if (result.HeadSize % 2 != 0)
            throw config.Wrong("head_dim", "an even number, because rotary embedding turns pairs", $"{result.HeadSize}");
        foreach (int id in result.EndTokens)
        {
            if (id >= result.VocabularySize)
                throw config.Wrong("eos_token_id", $"ids below vocab_size ({result.VocabularySize})", $"{id}");
        }

        RefuseOtherLayers(config, result.LayerCount);
        return result;
    }

    private static void RefuseOtherModels(ConfigObject config)
    {
        if (config.Text("model_type") != "qwen3")
            throw config.Wrong("model_type", "\"qwen3\"", config.Raw("model_type"));
        if (config.Texts("architectures") is not ["Qwen3ForCausalLM"])
            throw config.Wrong("architectures", "[\"Qwen3ForCausalLM\"]", config.Raw("architectures"));
        if (config.Text("hidden_act") != "silu")
            throw config.Wrong("hidden_act", "\"silu\"", config.Raw("hidden_act"));
        if (config.Flag("attention_bias"))
            throw config.Wrong("attention_bias", "false, because projections have no bias here", "true");
        if (config.Flag("use_sliding_window"))
            throw config.Wrong("use_sliding_window", "false, because attention here sees all earlier tokens", "true");
        if (config.Has("partial_rotary_factor") && config.PositiveReal("partial_rotary_factor") != 1)
            throw config.Wrong("partial_rotary_factor", "1, because whole heads are rotated here", config.Raw("partial_rotary_factor"));
        if (config.Has("quantization_config"))
            throw config.Wrong("quantization_config", "none, because weights are not dequantised here", config.Raw("quantization_config"));
    }

    private static void RefuseOtherLayers(ConfigObject config, int layerCount)
    {
        if (config.Texts("layer_types") is not { } types)
            return;
        if (types.Length != layerCount)
            throw config.Wrong("layer_types", $"one for each of num_hidden_layers ({layerCount})", $"{types.Length}");
        if (types.FirstOrDefault(t => t != "full_attention") is { } other)
            throw config.Wrong("layer_types", "\"full_attention\" for every layer", $"\"{other}\"");
    }

    // Older transformers write rope_theta beside rope_scaling, version 5 writes both into rope_parameters. Where several say it, they
    // must agree.
    private static double RopeTheta(ConfigObject config)
    {
        ConfigObject?[] places = [config, config.Object("rope_parameters"), config.Object("rope_scaling")];
        RefuseScaledRope(places[1]);
        RefuseScaledRope(places[2]);
        double? theta = null;
        foreach (ConfigObject? place in places)
        {
            if (place is not { } given || !given.Has("rope_theta"))
                continue;
            double found = given.PositiveReal("rope_theta");
            if (theta is { } earlier && earlier != found)
                throw given.Wrong("rope_theta", $"one value in the whole file ({earlier} is another)", $"{found}");
            theta = found;
        }

        return theta ?? config.PositiveReal("rope_theta");
    }

    private static void RefuseScaledRope(ConfigObject? rope)
    {
        if (rope is not { } given)
            return;
        foreach (string key in given.Keys)
        {
            switch (key)
            {
                case "rope_type" or "type" when given.Text(key) != "default":
                    throw given.Wrong(key, "\"default\", because scaled rotary embeddings are not computed here", given.Raw(key));
                case "rope_type" or "type" or "rope_theta":
                    break;
                case "partial_rotary_factor" when given.PositiveReal(key) == 1:
                    break;
                default:
                    throw given.Wrong(key, "only rope_type and rope_theta", given.Raw(key));
            }
        }
    }

    // transformers 5 calls it dtype, before that it was torch_dtype.
    private static DType? DType(ConfigObject config)
    {
        string key = config.Has("dtype") ? "dtype" : "torch_dtype";
        if (config.Text(key) is not { } name)
            return null;
        return name is "float32" or "float16" or "bfloat16"
            ? DTypeExtensions.Parse(name)
            : throw config.Wrong(key, "\"float32\", \"float16\" or \"bfloat16\"", $"\"{name}\"");
    }
}
