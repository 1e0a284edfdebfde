using PluginIr.Compiler.Fusions;

namespace PluginIr.Compiler;

/// <summary>What a caller can ask of a compilation.</summary>
public sealed record CompileOptions
{
    /// <summary>
    /// Kernels that are taken to exist, before all that do. A graph that is lowered to one that is not there or does not take its call cannot run.
    /// </summary>
    public IReadOnlyList<AssumedKernel> Assumed { get; init; } = [];

    /// <summary>When each fusion is applied, by its name; <see cref="FusionMode.WhenServed"/> for those not named.</summary>
    public IReadOnlyDictionary<string, FusionMode> Fusions { get; init; } = new Dictionary<string, FusionMode>();

    /// <summary>The folder that keeps lowered graphs between processes; null for none.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>
    /// Whether runs on a device that can capture are captured, and replayed in one launch. Capturing changes no result; without it each kernel is
    /// launched by itself.
    /// </summary>
    public bool Captures { get; init; } = true;

    /// <summary>The passes that make a functional graph one that runs.</summary>
    internal IReadOnlyList<string> LoweringPasses { get; init; } = ["fuse", "lower", "eliminate-clones", "dce"];

    /// <summary>When a fusion is applied.</summary>
    internal FusionMode FusionModeOf(string name) => Fusions.TryGetValue(name, out FusionMode mode) ? mode : FusionMode.WhenServed;
}
