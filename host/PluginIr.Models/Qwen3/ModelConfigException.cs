namespace PluginIr.Models.Qwen3;

/// <summary>A model's configuration is wrong, or asks for what this implementation does not compute.</summary>
/// <param name="file">The configuration file.</param>
/// <param name="key">The key in it that is wrong or missing; empty when the file as a whole is.</param>
/// <param name="problem">What was expected and what was found.</param>
/// <param name="inner">What brought the problem to light; null when the reader did itself.</param>
public sealed class ModelConfigException(string file, string key, string problem, Exception? inner = null)
    : IOException(key.Length == 0 ? $"{file}: {problem}" : $"{file}: {key}: {problem}", inner)
{
    /// <summary>The configuration file.</summary>
    public string File { get; } = file;

    /// <summary>The key in it that is wrong or missing; empty when the file as a whole is.</summary>
    public string Key { get; } = key;
}
