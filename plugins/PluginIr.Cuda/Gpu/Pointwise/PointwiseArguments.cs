namespace PluginIr.Cuda.Gpu.Pointwise;

/// <summary>What a kernel over contiguous tensors is given. See <see cref="Norms.NormArguments{TView}"/> for the type parameter.</summary>
internal struct PointwiseArguments<TView> where TView : struct
{
    /// <summary>The elements.</summary>
    public TView X;

    /// <summary>A second tensor like X; unused otherwise.</summary>
    public TView Y;

    /// <summary>Where the results go.</summary>
    public TView Output;

    /// <summary>One float32, for quantised outputs.</summary>
    public TView Scale;

    /// <summary>How many chunks, for kernels that go by chunks, or elements.</summary>
    public long Count;
}
