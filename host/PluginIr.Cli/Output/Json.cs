using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PluginIr.Cli.Output;

/// <summary>Writes what a command found as one line of JSON, with names in snake_case.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes a value to a file, for people to read too.</summary>
    public static void Save<T>(T value, string file) =>
        File.WriteAllText(file, JsonSerializer.Serialize(value, new JsonSerializerOptions(s_options) { WriteIndented = true }) + "\n");

    /// <summary>Writes a value to standard output.</summary>
    public static void Write<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, s_options));
}
