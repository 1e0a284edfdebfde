namespace PluginIr.Dispatch;

/// <summary>No kernel of the op takes the call. Nothing ran and nothing changed.</summary>
/// <param name="op">The op's name.</param>
/// <param name="problem">Each candidate and why it was not taken.</param>
public sealed class NoKernelException(string op, string problem) : InvalidOperationException($"{op}: {problem}")
{
    /// <summary>The op's name.</summary>
    public string Op { get; } = op;
}
