using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Gpu.Norms;

/// <summary>What a kernel that works on whole rows is given.</summary>
/// <typeparam name="TView">
/// <c>ArrayView&lt;byte&gt;</c> in the kernel, which ILGPU lays out as an address and a length; the same two numbers on the host. So the
/// struct has one layout and one declaration on both sides.
/// </typeparam>
internal struct NormArguments<TView> where TView : struct
{
    /// <summary>The rows.</summary>
    public RowView<TView> X;

    /// <summary>What is added to them; unused otherwise.</summary>
    public RowView<TView> Residual;

    /// <summary>Where the rows go.</summary>
    public RowView<TView> Output;

    /// <summary>Where the sums go; unused otherwise.</summary>
    public RowView<TView> ResidualOut;

    /// <summary>One row of weights, if <see cref="HasWeight"/>; the rows otherwise, so that there is something to read early.</summary>
    public RowView<TView> Weight;

    /// <summary>One float32: the scale of a static quantisation; the bound of a dynamic one, if <see cref="HasBound"/>.</summary>
    public TView Scale;

    /// <summary>One float32 for each row: the scales of a dynamic quantisation.</summary>
    public TView ScaleOut;

    /// <summary>How many rows.</summary>
    public int Rows;

    /// <summary>How many elements a row has.</summary>
    public int Hidden;

    /// <summary>How many of them the mean square is taken over; all of them for kernels that go by chunks.</summary>
    public int VarianceSize;

    /// <summary>What is added to the mean square.</summary>
    public float Epsilon;

    /// <summary>1 or 0.</summary>
    public int HasWeight;

    /// <summary>1 or 0.</summary>
    public int HasBound;
}
