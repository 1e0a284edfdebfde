namespace PluginIr.Cli;

/// <summary>What the user gave is bad, and the log has said so.</summary>
/// <param name="cause">What was thrown; <see cref="InputException.IsLike"/>.</param>
internal sealed class LoggedException(Exception cause) : Exception(cause.Message, cause);
