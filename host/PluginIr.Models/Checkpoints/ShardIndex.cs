using System.Text.Json;
using PluginIr.Models.Json;

namespace PluginIr.Models.Checkpoints;

/// <summary>Reads <c>model.safetensors.index.json</c>: which file of a folder has which weight.</summary>
internal static class ShardIndex
{
    /// <summary>The full path of the file that each weight is in.</summary>
    /// <param name="folder">The folder that the index is in; its files must be inside it.</param>
    /// <param name="indexPath">The index.</param>
    /// <exception cref="CheckpointException">It is not <c>{"weight_map": {name: file}}</c>, or a file is outside the folder.</exception>
    public static Dictionary<string, string> Read(string folder, string indexPath)
    {
        try
        {
            using JsonDocument document = StrictJson.Parse(File.ReadAllBytes(indexPath));
            return ReadMap(document.RootElement, folder, indexPath);
        }
        catch (Exception e) when (StrictJson.IsMalformed(e))
        {
            throw new CheckpointException(indexPath, $"the index is not valid JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException and not CheckpointException or UnauthorizedAccessException)
        {
            throw new CheckpointException(indexPath, $"the index cannot be read: {e.Message}", e);
        }
    }

    private static Dictionary<string, string> ReadMap(JsonElement root, string folder, string indexPath)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("weight_map", out JsonElement map) ||
            map.ValueKind != JsonValueKind.Object)
            throw new CheckpointException(indexPath, "expected {\"weight_map\": {weight: file, …}}; found no weight_map object.");

        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in map.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
            {
                throw new CheckpointException(
                    indexPath, $"weight '{property.Name}': expected the name of a file; found {property.Value.ValueKind}.");
            }

            string file = property.Value.GetString()!;
            files.Add(property.Name, Inside(folder, file) ?? throw new CheckpointException(
                indexPath, $"weight '{property.Name}': expected the name of a file in the index's own folder; found '{file}'."));
        }

        return files;
    }

    // An index comes from whoever published the weights: it may not point this process at files elsewhere.
    private static string? Inside(string folder, string file)
    {
        if (file.Length == 0 || file.Contains('\0') || file.Contains('\\') || Path.IsPathRooted(file))
            return null;
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        string path = Path.GetFullPath(Path.Combine(root, file));
        return path.StartsWith(root, StringComparison.Ordinal) && path.Length > root.Length ? path : null;
    }
}
