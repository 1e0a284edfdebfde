namespace PluginIr.Models.Checkpoints;

/// <summary>A folder of weights does not hold what the model asks of it.</summary>
/// <param name="path">The folder, or the file in it that the problem is in.</param>
/// <param name="problem">What was expected, what was found, and what to do.</param>
/// <param name="inner">What brought the problem to light; null when the reader did itself.</param>
public sealed class CheckpointException(string path, string problem, Exception? inner = null)
    : IOException($"{path}: {problem}", inner)
{
    /// <summary>The folder, or the file in it that the problem is in.</summary>
    public string Path { get; } = path;
}
