namespace PluginIr;

/// <summary>How a kernel's outputs may relate to its activations in memory. Output i goes with activation i.</summary>
public enum Inplace : byte
{
    /// <summary>Outputs must not share memory with any input.</summary>
    Never,

    /// <summary>Each output may be its activation's memory or memory of its own; the kernel is right either way.</summary>
    May,

    /// <summary>The kernel writes over its activations; the host passes the same tensors as outputs, copying first where it must.</summary>
    Only,
}
