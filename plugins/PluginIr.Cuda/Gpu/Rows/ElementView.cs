namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>A tensor's rows, for kernels that go element by element.</summary>
/// <typeparam name="TView">The memory as the kernel sees it, or as the host hands it over.</typeparam>
internal struct ElementView<TView> where TView : struct
{
    /// <summary>The memory, from the lowest element on.</summary>
    public TView Memory;

    /// <summary>Which element is the first row's first.</summary>
    public long First;

    /// <summary>Elements from a row to the next. May be negative.</summary>
    public long Stride;

    /// <summary>Elements from an element of a row to the next. May be negative.</summary>
    public long Step;
}
