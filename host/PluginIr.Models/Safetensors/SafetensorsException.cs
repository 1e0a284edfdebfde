namespace PluginIr.Models.Safetensors;

/// <summary>A safetensors file is not what its format, or its reader, asks for.</summary>
/// <param name="file">The file.</param>
/// <param name="problem">What of it, what was expected and what was found.</param>
/// <param name="inner">What brought the problem to light; null when the reader did itself.</param>
public sealed class SafetensorsException(string file, string problem, Exception? inner = null)
    : IOException($"{file}: {problem}", inner)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;
}
