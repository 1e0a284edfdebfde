namespace PluginIr.Cuda.Gpu.Rotary;

/// <summary>Whether heads are normalised before they are turned. A branch on it is decided when the kernel is compiled.</summary>
internal interface INorm
{
    /// <summary>True when they are.</summary>
    static abstract bool IsNormalized { get; }
}
