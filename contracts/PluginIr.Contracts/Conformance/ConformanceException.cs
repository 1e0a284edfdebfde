namespace PluginIr.Conformance;

/// <summary>A kernel broke a rule, or cannot be checked.</summary>
/// <param name="message">What was expected, what was found, and how to have it again.</param>
public sealed class ConformanceException(string message) : Exception(message);
