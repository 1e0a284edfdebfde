namespace PluginIr.Conformance;

/// <summary>How a case's tensors lie in memory.</summary>
/// <remarks>Gaps and offsets differ from tensor to tensor, so that a kernel that uses one's strides for another is found.</remarks>
public enum ConformanceLayout
{
    /// <summary>Row-major without gaps, from an address that is a multiple of 64.</summary>
    Contiguous,

    /// <summary>Row-major without gaps, from the worst address that the kernel's alignment allows.</summary>
    Offset,

    /// <summary>Whole rows with gaps between them.</summary>
    Padded,

    /// <summary>A gap after every element, and more after every row.</summary>
    Strided,

    /// <summary>Every dimension backwards, with gaps: all strides are negative.</summary>
    Reversed,

    /// <summary>The first dimension is the innermost one in memory.</summary>
    Transposed,

    /// <summary>Inputs repeat one row (stride 0) along their first dimension; outputs are contiguous.</summary>
    Broadcast,
}
