namespace PluginIr.Runtime.Registry;

/// <summary>A plugin's registration was refused. Nothing of it is used and nothing changed.</summary>
/// <param name="message">What was registered, what was expected, and what to do.</param>
/// <param name="inner">What the plugin threw, when it did.</param>
public sealed class RegistrationException(string message, Exception? inner = null) : Exception(message, inner);
