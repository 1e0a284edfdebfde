namespace PluginIr.Runtime.Registry;

/// <summary>What was found of other plugins' kernels when a new generation was tried: how they do as its ops' definitions do, or on its devices.</summary>
public sealed class KernelVerdicts
{
    /// <summary>Nothing was found out.</summary>
    public static KernelVerdicts None { get; } = new();

    /// <summary>Kernels that do otherwise, each with what it does wrong. They are set aside.</summary>
    public IReadOnlyDictionary<KernelName, string> Unfit { get; init; } = new Dictionary<KernelName, string>();

    /// <summary>Kernels that nothing is held against any more. Those of them that were set aside as unfit are offered calls again.</summary>
    public IReadOnlyCollection<KernelName> Fit { get; init; } = [];
}
