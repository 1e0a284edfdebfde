namespace PluginIr;

/// <summary>An op was called with arguments that it does not take. Nothing ran and nothing changed.</summary>
/// <param name="op">The op's name.</param>
/// <param name="problem">What was expected and what was found.</param>
public sealed class OpArgumentException(string op, string problem) : ArgumentException($"{op}: {problem}")
{
    /// <summary>The op's name.</summary>
    public string Op { get; } = op;
}
