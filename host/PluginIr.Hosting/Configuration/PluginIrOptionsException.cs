namespace PluginIr.Hosting.Configuration;

/// <summary>The configuration was refused. What was in force before still is.</summary>
/// <param name="problems">Each problem: the key, what was expected, what was found.</param>
public sealed class PluginIrOptionsException(IReadOnlyList<string> problems) : Exception(string.Join(" ", problems))
{
    /// <summary>Each problem.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
