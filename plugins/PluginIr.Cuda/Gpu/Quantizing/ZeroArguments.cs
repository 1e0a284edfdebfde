namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>What <see cref="ZeroKernel"/> is given. See <see cref="Norms.NormArguments{TView}"/> for the type parameter.</summary>
internal struct ZeroArguments<TView> where TView : struct
{
    /// <summary>The memory.</summary>
    public TView Memory;

    /// <summary>How many bytes.</summary>
    public long Count;
}
