namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>A tensor's rows.</summary>
/// <typeparam name="TView">The memory as the kernel sees it, or as the host hands it over.</typeparam>
internal struct RowView<TView> where TView : struct
{
    /// <summary>The memory, from the lowest element on.</summary>
    public TView Memory;

    /// <summary>Where the first row's first element is: elements from there for kernels that go element by element, chunks for the others.</summary>
    public long First;

    /// <summary>From a row to the next, in the same units. May be negative.</summary>
    public long Stride;

    /// <summary>Elements from an element of a row to the next, for kernels that go element by element.</summary>
    public long Step;
}
