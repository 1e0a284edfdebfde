namespace PluginIr.Runtime.Priority;

/// <summary>A priority was refused. What was in force before still is.</summary>
/// <param name="problems">Each problem: the name, what was expected, and what to do.</param>
public sealed class PriorityException(IReadOnlyList<string> problems) : Exception(string.Join(" ", problems))
{
    /// <summary>Each problem.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
