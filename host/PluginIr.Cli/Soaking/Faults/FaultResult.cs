namespace PluginIr.Cli.Soaking.Faults;

/// <summary>What came of a fault.</summary>
/// <param name="Name">The fault.</param>
/// <param name="Survived">True when it was reported as it must be, the good generation served on, and no call was lost or wrong.</param>
/// <param name="Event">The event that names it; what went wrong when it was not survived.</param>
internal sealed record FaultResult(string Name, bool Survived, string Event);
