using PluginIr.Runtime.Priority;

namespace PluginIr.Hosting.Configuration;

/// <summary>What configuration says, read and checked. Immutable; a reload makes a new one or keeps the old.</summary>
public sealed record PluginIrOptions
{
    /// <summary>The section of the configuration that all of this is in.</summary>
    public const string Section = "PluginIr";

    /// <summary>Folders whose subfolders are plugins. Relative paths start at the host's content root.</summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];

    /// <summary>True to follow changes of the plugins' folders; false to look at them once, at start.</summary>
    public bool Watch { get; init; } = true;

    /// <summary>How long a plugin's folder may stay incomplete, as in the middle of being copied, before that is logged as a warning.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many exceptions of one kernel set it aside for the next in priority, until its plugin's next build.</summary>
    public int MaxFaults { get; init; } = 3;

    /// <summary>Which providers serve which op.</summary>
    public PriorityTable Priority { get; init; } = PriorityTable.Default;
}
