using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Gpu.Norms;

/// <summary>What a kernel that works on whole rows by chunks is given.</summary>
/// <remarks>
/// In the order in which it is asked for: a kernel's parameters are in no cache of its multiprocessor when it begins, and come by the line. Those of rms_norm
/// are the first 96 bytes.
/// </remarks>
/// <typeparam name="TView">
/// <c>ArrayView&lt;byte&gt;</c> in the kernel, which ILGPU lays out as an address and a length; the same two numbers on the host. So the
/// struct has one layout and one declaration on both sides.
/// </typeparam>
internal struct NormArguments<TView> where TView : struct
{
    /// <summary>How many rows.</summary>
    public int Rows;

    /// <summary>How many elements a row has.</summary>
    public int Hidden;

    /// <summary>Where <see cref="Weight"/> is, as a number.</summary>
    public long WeightAddress;

    /// <summary>The rows.</summary>
    public RowView<TView> X;

    /// <summary>One row of weights, if there are any; the rows otherwise, so that there is something to read early.</summary>
    public TView Weight;

    /// <summary>How many bytes the weights are; 0 if there are none.</summary>
    public int WeightBytes;

    /// <summary>1 / <see cref="Hidden"/>.</summary>
    public float ReciprocalSize;

    /// <summary>What is added to the mean square.</summary>
    public float Epsilon;

    /// <summary>1 when rows and outputs are more than the device's caches hold: see <see cref="NormKernel"/>. 0 otherwise.</summary>
    public int IsLarge;

    /// <summary>Where the rows go.</summary>
    public RowView<TView> Output;

    /// <summary>What is added to the rows; unused otherwise.</summary>
    public RowView<TView> Residual;

    /// <summary>Where the sums go; unused otherwise.</summary>
    public RowView<TView> ResidualOut;

    /// <summary>One float32: the scale of a static quantisation; the bound of a dynamic one, if <see cref="HasBound"/>.</summary>
    public TView Scale;

    /// <summary>One float32 for each row: the scales of a dynamic quantisation.</summary>
    public TView ScaleOut;

    /// <summary>1 or 0.</summary>
    public int HasBound;
}
