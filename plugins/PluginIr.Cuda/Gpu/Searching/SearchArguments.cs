namespace PluginIr.Cuda.Gpu.Searching;

/// <summary>What the kernels that look for the greatest element are given, all contiguous.</summary>
/// <typeparam name="TView">See <see cref="Norms.NormArguments{TView}"/>.</typeparam>
internal struct SearchArguments<TView> where TView : struct
{
    /// <summary>[rows, Hidden].</summary>
    public TView X;

    /// <summary>i64 [rows].</summary>
    public TView Output;

    /// <summary>i64 [rows, Splits]: the <see cref="Place"/> that each part has. Unused with one split.</summary>
    public TView Partial;

    public int Hidden;

    /// <summary>Parts that a row is divided in, and elements of each.</summary>
    public int Splits, ElementsOfSplit;

    /// <summary>Unused; fills the struct to a multiple of 8.</summary>
    public int Padding;
}
