namespace PluginIr.Cuda.Gpu.Pointwise;

/// <summary>What a gate is given. See <see cref="Norms.NormArguments{TView}"/> for the type parameter.</summary>
internal struct GateArguments<TView> where TView : struct
{
    /// <summary>Rows of two halves, side by side.</summary>
    public TView X;

    /// <summary>Rows as long as a half.</summary>
    public TView Output;

    /// <summary>One float32, for quantised outputs.</summary>
    public TView Scale;

    /// <summary>The length of a half: chunks, for the kernel that goes by chunks, or elements.</summary>
    public int Count;
}
