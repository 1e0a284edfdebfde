namespace PluginIr.Cuda.Gpu.Products;

/// <summary>What the kernels of a linear layer are given: <c>out = x · weightᵀ</c>, all contiguous.</summary>
/// <typeparam name="TView">See <see cref="Norms.NormArguments{TView}"/>.</typeparam>
internal struct ProductArguments<TView> where TView : struct
{
    /// <summary>[Rows, Inner].</summary>
    public TView X;

    /// <summary>[Outer, Inner].</summary>
    public TView Weight;

    /// <summary>[Rows, Outer].</summary>
    public TView Output;

    public int Rows, Outer, Inner;

    /// <summary>Bytes of a row of the weight.</summary>
    public int WeightRowBytes;

    /// <summary>Where the weight begins on the device.</summary>
    public long WeightAddress;
}
