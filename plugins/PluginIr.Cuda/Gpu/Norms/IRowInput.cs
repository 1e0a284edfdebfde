namespace PluginIr.Cuda.Gpu.Norms;

/// <summary>What becomes of a row before it is written.</summary>
internal interface IRowInput
{
    /// <summary>True when a residual is added first, and the sum written.</summary>
    static abstract bool IsSummed { get; }

    /// <summary>True when the row is normalised.</summary>
    static abstract bool IsNormalized { get; }
}
