namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>A tensor's rows, for kernels that go by chunks.</summary>
/// <typeparam name="TView">The memory as the kernel sees it, or as the host hands it over.</typeparam>
internal struct RowView<TView> where TView : struct
{
    /// <summary>The memory, from the first row on.</summary>
    public TView Memory;

    /// <summary>Chunks from a row to the next; not negative.</summary>
    public long Stride;
}
