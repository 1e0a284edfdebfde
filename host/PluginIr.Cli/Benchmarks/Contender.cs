namespace PluginIr.Cli.Benchmarks;

/// <summary>One of those that are timed in turn.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Run">Does the work once.</param>
internal sealed record Contender(string Name, Action Run);
