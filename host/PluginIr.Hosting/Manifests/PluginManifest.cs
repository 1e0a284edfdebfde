using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PluginIr.Hosting.Manifests;

/// <summary>What <c>plugin.json</c> says: the record that commits a plugin's folder. Written last, it lists every file with its hash.</summary>
/// <param name="Name">The plugin's name.</param>
/// <param name="EntryAssembly">The assembly to start from; one of <paramref name="Files"/>, at the top of the folder.</param>
/// <param name="ContractVersion">The version of PluginIr.Contracts that it was built against.</param>
/// <param name="Version">The build's version, for people.</param>
/// <param name="Files">Every file of the plugin but the manifest: its path within the folder, with <c>/</c>, and its SHA-256 in hex.</param>
/// <param name="Hash">The SHA-256 of the manifest itself. It covers all files, so it is the build's identity.</param>
public sealed partial record PluginManifest(
    string Name,
    string EntryAssembly,
    ContractVersion ContractVersion,
    string Version,
    IReadOnlyDictionary<string, string> Files,
    string Hash)
{
    /// <summary>The manifest's file name.</summary>
    public const string FileName = "plugin.json";

    private static readonly JsonDocumentOptions s_json = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a manifest's bytes.</summary>
    /// <param name="path">Where they are from, for messages.</param>
    /// <param name="bytes">The manifest.</param>
    /// <exception cref="ManifestException">It is empty or ends early, is not JSON, lacks something, or names files outside of the folder.</exception>
    public static PluginManifest Parse(string path, byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, s_json);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw Wrong(path, $"expected a JSON object; found {root.ValueKind}");

            string name = Text(path, root, "name");
            if (!NamePattern().IsMatch(name))
                throw Wrong(path, $"\"name\" must be letters, digits, '.', '_' and '-', at most 128 of them; found '{name}'");
            string contract = Text(path, root, "contractVersion");
            if (!ContractVersion.TryParse(contract, out ContractVersion contractVersion))
                throw Wrong(path, $"\"contractVersion\" must be MAJOR.MINOR such as {ContractVersion.Host}; found '{contract}'");
            IReadOnlyDictionary<string, string> files = ReadFiles(path, root);
            string entry = Text(path, root, "entryAssembly");
            if (!files.ContainsKey(entry))
                throw Wrong(path, $"\"entryAssembly\" is '{entry}', which is not among \"files\"");
            return new PluginManifest(name, entry, contractVersion, Text(path, root, "version"), files, HashOf(bytes));
        }
        catch (JsonException cut) when (EndsEarly(bytes))
        {
            throw new ManifestException(
                $"{path} {(bytes.Length == 0 ? "is empty" : "is JSON that ends early")}, so it is not yet completely copied. " +
                "If it stays so, build or copy the plugin again, so that its manifest is written anew.",
                isIncomplete: true, cut);
        }
        catch (JsonException malformed)
        {
            throw new ManifestException(
                $"{path} is not valid JSON: {malformed.Message} Build the plugin again, so that its manifest is written anew.", inner: malformed);
        }
    }

    /// <summary>The SHA-256 of some bytes in the manifest's form.</summary>
    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    // More bytes may make JSON of it: the reader, told that some are to come, finds nothing wrong and no end.
    private static bool EndsEarly(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, state: default);
        try
        {
            while (reader.Read())
            {
            }

            return reader.CurrentDepth > 0 || reader.TokenType is JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IReadOnlyDictionary<string, string> ReadFiles(string path, JsonElement root)
    {
        if (!root.TryGetProperty("files", out JsonElement files) || files.ValueKind != JsonValueKind.Object)
            throw Wrong(path, "\"files\" must be an object of paths and their SHA-256");
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty file in files.EnumerateObject())
        {
            string name = file.Name;
            if (!IsInside(name))
                throw Wrong(path, $"\"files\" names '{name}'; a plugin's files lie in its own folder and are named relative to it, with '/'");
            if (file.Value.ValueKind != JsonValueKind.String || !HashPattern().IsMatch(file.Value.GetString()!))
                throw Wrong(path, $"the hash of '{name}' must be 64 hexadecimal digits; found {file.Value.GetRawText()}");
            read.Add(name, file.Value.GetString()!.ToLowerInvariant());
        }

        return read;
    }

    private static bool IsInside(string name) =>
        name.Length > 0 && name != FileName && !name.Contains('\\') && !name.Contains(':') && !name.Contains('\0') &&
        name.Split('/').All(part => part is not ("" or "." or ".."));

    private static string Text(string path, JsonElement root, string key) =>
        root.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw Wrong(path, $"\"{key}\" must be a text; found {(value.ValueKind == JsonValueKind.Undefined ? "nothing" : value.GetRawText())}");

    private static ManifestException Wrong(string path, string problem) =>
        new($"{path} is not a plugin's manifest: {problem}. Build the plugin again, so that its manifest is written anew.");

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[0-9A-Fa-f]{64}\z")]
    private static partial Regex HashPattern();
}
