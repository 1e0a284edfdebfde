namespace PluginIr.Cli.Soaking.Faults;

/// <summary>The host did not do what it must do with a fault.</summary>
internal sealed class FaultException(string message) : Exception(message);
