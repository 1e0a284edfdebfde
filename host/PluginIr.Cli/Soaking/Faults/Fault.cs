using PluginIr.Hosting.Events;

namespace PluginIr.Cli.Soaking.Faults;

/// <summary>A way in which a build can be bad, and what the host must say of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where the build goes.</param>
/// <param name="Make">Writes the build.</param>
/// <param name="Expected">The event that must name it.</param>
/// <param name="Saying">A text that the event must contain.</param>
internal sealed record Fault(string Name, FaultPlace Place, Action<FaultyBuild> Make, PluginEventKind Expected, string Saying)
{
    /// <summary>What is done while the build serves, before its folder is removed; null for nothing. Throws <see cref="FaultException"/> when the host did wrong.</summary>
    public Func<FaultDrill, Task>? While { get; init; }
}
