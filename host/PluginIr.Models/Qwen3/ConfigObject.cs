using System.Text.Json;
using PluginIr.Models.Json;

namespace PluginIr.Models.Qwen3;

/// <summary>Reads the members of one JSON object of a configuration. A key whose value is null counts as absent.</summary>
/// <param name="file">The configuration file, for messages.</param>
/// <param name="path">The object's own key followed by a dot; empty for the outermost.</param>
/// <param name="element">The object.</param>
internal readonly struct ConfigObject(string file, string path, JsonElement element)
{
    /// <summary>The keys that have a value.</summary>
    public IEnumerable<string> Keys => element.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(p => p.Name);

    /// <summary>True when the key has a value.</summary>
    public bool Has(string key) => Find(key, out _);

    /// <summary>A whole number from 1 to 2^31-1.</summary>
    public int Positive(string key)
    {
        JsonElement value = Need(key, "a whole number above 0");
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number > 0
            ? number
            : throw Wrong(key, "a whole number above 0", value);
    }

    /// <summary>A finite number above 0.</summary>
    public double PositiveReal(string key)
    {
        JsonElement value = Need(key, "a number above 0");
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number is > 0 and < double.PositiveInfinity
            ? number
            : throw Wrong(key, "a number above 0", value);
    }

    /// <summary>A number above 0 that binary32 holds without becoming 0 or infinite.</summary>
    public float PositiveSingle(string key)
    {
        float number = (float)PositiveReal(key);
        return number > 0 && float.IsFinite(number) ? number : throw Wrong(key, "a number above 0 that float32 can hold", Raw(key));
    }

    /// <summary>A boolean; false when absent, which is what these keys mean then.</summary>
    public bool Flag(string key)
    {
        if (!Find(key, out JsonElement value))
            return false;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(key, "true or false", value);
    }

    /// <summary>A string; null when absent.</summary>
    public string? Text(string key)
    {
        if (!Find(key, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(key, "a string", value);
    }

    /// <summary>A list of strings; null when absent.</summary>
    public string[]? Texts(string key)
    {
        if (!Find(key, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(e => e.GetString()!)]
            : throw Wrong(key, "a list of strings", value);
    }

    /// <summary>A whole number or a list of them; empty when absent.</summary>
    public int[] Ids(string key)
    {
        if (!Find(key, out JsonElement value))
            return [];
        List<int> ids = [];
        foreach (JsonElement element in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value])
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int id) || id < 0)
                throw Wrong(key, "a token id or a list of them", value);
            ids.Add(id);
        }

        return [.. ids];
    }

    /// <summary>An object in this one; null when absent.</summary>
    public ConfigObject? Object(string key)
    {
        if (!Find(key, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.Object
            ? new ConfigObject(file, $"{path}{key}.", value)
            : throw Wrong(key, "an object", value);
    }

    /// <summary>The start of the key's value as the file writes it; <c>nothing</c> when absent.</summary>
    public string Raw(string key) => Find(key, out JsonElement value) ? StrictJson.Excerpt(value) : "nothing";

    /// <summary>The error that says what a key should be.</summary>
    public ModelConfigException Wrong(string key, string expected, string found) =>
        new(file, path + key, $"expected {expected}; found {found}.");

    private ModelConfigException Wrong(string key, string expected, JsonElement found) => Wrong(key, expected, StrictJson.Excerpt(found));

    private bool Find(string key, out JsonElement value) => element.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;

    private JsonElement Need(string key, string expected) => Find(key, out JsonElement value) ? value : throw Wrong(key, expected, "nothing");
}
