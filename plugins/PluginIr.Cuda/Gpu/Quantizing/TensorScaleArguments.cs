namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>What the kernels that find one scale for a tensor are given. See <see cref="Norms.NormArguments{TView}"/> for the type parameter.</summary>
internal struct TensorScaleArguments<TView> where TView : struct
{
    /// <summary>The contiguous elements.</summary>
    public TView X;

    /// <summary>One float32: while it is being found the bits of the greatest magnitude, and then the scale.</summary>
    public TView Scale;

    /// <summary>How many chunks, for the kernel that goes by chunks, or elements.</summary>
    public long Count;
}
