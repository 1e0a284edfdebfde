using System.Text.Json;
using System.Text.Json.Nodes;
using PluginIr.Models.Qwen3;
using PluginIr.Models.Safetensors;
using PluginIr.Runtime;

namespace PluginIr.Models.Tests.Support;

/// <summary>The reference model: a Qwen3 of four small layers, with the tokens and logits that transformers gets from it.</summary>
public static class TinyModel
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "models", "qwen3-tiny");

    /// <summary>The prompt's token ids.</summary>
    public static int[] Prompt { get; } = Expected("prompt");

    /// <summary>The token ids that greedy decoding continues the prompt with.</summary>
    public static int[] Greedy { get; } = Expected("greedy");

    /// <summary>Loads it, or another folder's model, on a runtime with native kernels only.</summary>
    public static Qwen3Model Load(string? folder = null, DType? dtype = null) => Qwen3Model.Load(new IrRuntime(), folder ?? Folder, dtype);

    /// <summary>The logits after the prompt and after each greedy token, one row each.</summary>
    public static float[][] Logits()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(Folder, "logits.safetensors"));
        using Tensor logits = file.Get("logits");
        return [.. logits.ToSingles().Chunk((int)logits.Last)];
    }

    /// <summary>The config as JSON that a test may change.</summary>
    public static JsonObject Config() => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "config.json")))!.AsObject();

    /// <summary>All weights, by name, in memory of their own.</summary>
    public static Dictionary<string, Tensor> Weights()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(Folder, "model.safetensors"));
        return file.Entries.Keys.ToDictionary(name => name, file.Get);
    }

    /// <summary>Writes a model folder.</summary>
    public static void Write(TemporaryFolder folder, JsonObject config, Dictionary<string, Tensor> weights)
    {
        folder.Write("config.json", config.ToJsonString());
        SafetensorsWriter.Write(folder.File("model.safetensors"), weights.Select(w => (w.Key, w.Value)));
    }

    private static int[] Expected(string key)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "expected.json")));
        return document.RootElement.GetProperty(key).Deserialize<int[]>()!;
    }
}
