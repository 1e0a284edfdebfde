namespace PluginIr.Cli;

/// <summary>Something that the command checks is not as it should be.</summary>
/// <param name="message">What was expected, what was found.</param>
internal sealed class CheckException(string message) : Exception(message);
