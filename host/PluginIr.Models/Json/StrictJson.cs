using System.Text.Json;

namespace PluginIr.Models.Json;

/// <summary>How JSON that somebody else wrote is read here: every key once, and nothing of it quoted at length.</summary>
internal static class StrictJson
{
    private const int ExcerptLength = 60;

    // Of two equal keys one would win in silence, and not the same one in every reader.
    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false };

    /// <summary>Parses a text. Strings are decoded only when they are read, which can fail too: <see cref="IsMalformed"/>.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8) => JsonDocument.Parse(utf8, s_options);

    /// <summary>Parses a text. Strings are decoded only when they are read, which can fail too: <see cref="IsMalformed"/>.</summary>
    public static JsonDocument Parse(string text) => JsonDocument.Parse(text, s_options);

    /// <summary>True for what parsing throws, and what reading a string throws that is not UTF-8 or has half a surrogate pair.</summary>
    public static bool IsMalformed(Exception e) => e is JsonException or InvalidOperationException;

    /// <summary>The start of a value as it is written, for messages.</summary>
    public static string Excerpt(JsonElement element)
    {
        string text = element.GetRawText();
        return text.Length <= ExcerptLength ? text : text[..ExcerptLength] + "…";
    }
}
