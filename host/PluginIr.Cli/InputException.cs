namespace PluginIr.Cli;

/// <summary>What the user gave is bad.</summary>
/// <param name="message">What was expected, what was found.</param>
/// <param name="inner">The cause.</param>
internal sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);
