namespace PluginIr.Conformance;

/// <summary>Where a case's outputs are, in relation to its activations.</summary>
public enum ConformancePlacement
{
    /// <summary>Every output has memory of its own.</summary>
    Fresh,

    /// <summary>Every output is its activation's memory.</summary>
    Aliased,

    /// <summary>Every other output is its activation's memory: output i is when i plus the case's seed is even.</summary>
    Mixed,
}
