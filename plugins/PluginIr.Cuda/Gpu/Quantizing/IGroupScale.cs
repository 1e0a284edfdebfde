namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>Where the scales of groups come from.</summary>
internal interface IGroupScale
{
    /// <summary>True when they come from the values and are written; false when they are given.</summary>
    static abstract bool IsDynamic { get; }
}
