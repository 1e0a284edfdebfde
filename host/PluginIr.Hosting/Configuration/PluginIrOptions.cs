using Microsoft.Extensions.Configuration;
using PluginIr.Compiler;
using PluginIr.Runtime.Priority;

namespace PluginIr.Hosting.Configuration;

/// <summary>What configuration says, read and checked. Immutable; a reload makes a new one or keeps the old.</summary>
/// <remarks>Times are at most 24 days, which is what timers can wait for; <see cref="LoadTimeout"/> and <see cref="DisposeTimeout"/> at least a millisecond, others may be zero.</remarks>
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

    /// <summary>How a new build's kernels are compared with native before it serves.</summary>
    public Proof Proof { get; init; } = Proof.Quick;

    /// <summary>How long a <see cref="Configuration.Proof.Quick"/> proof of one build may take. Every dtype, placement and layout is proved whatever the time.</summary>
    public TimeSpan ProofTime { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long loading, registering and proving a build may take before it is refused as hanging.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long calls may stay inside a replaced generation before they are reported. It is kept until they return, however long that takes.</summary>
    public TimeSpan DrainDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a replaced generation's Dispose may take before its thread is left behind.</summary>
    public TimeSpan DisposeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many exceptions of one kernel set it aside for the next in priority, until its plugin's next build.</summary>
    public int MaxFaults { get; init; } = 3;

    /// <summary>How many threads work on one call at most, the caller among them. All kernels share them.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Which providers serve which op.</summary>
    public PriorityTable Priority { get; init; } = PriorityTable.Default;

    /// <summary>Reads the options as a host does, without one: nothing is loaded, and no name of an op, a provider or a fusion is looked for.</summary>
    /// <param name="configuration">The application's whole configuration; variables named <c>PLUGINIR_…</c> go over it, but under its command line.</param>
    /// <exception cref="PluginIrOptionsException">The configuration is bad.</exception>
    public static PluginIrOptions Read(IConfiguration configuration) => PluginIrOptionsReader.Read(ConfigurationLayers.WithEnvironment(configuration));

    /// <summary>What graphs are compiled with: when fusions are applied, and where lowered graphs are kept.</summary>
    public CompileOptions Compile { get; init; } = new();
}
