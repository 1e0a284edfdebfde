namespace PluginIr.Cuda.Gpu.Products;

/// <summary>How many rows a matrix-vector kernel is for. A branch on it is decided when the kernel is compiled.</summary>
internal interface IRowCount
{
    /// <summary>True for one, false for up to eight.</summary>
    static abstract bool IsOne { get; }
}
