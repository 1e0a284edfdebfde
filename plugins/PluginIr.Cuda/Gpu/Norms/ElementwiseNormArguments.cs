using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Gpu.Norms;

/// <summary>What <see cref="NormArguments{TView}"/> is to a kernel by chunks, to one that goes element by element.</summary>
/// <typeparam name="TView">See <see cref="NormArguments{TView}"/>.</typeparam>
internal struct ElementwiseNormArguments<TView> where TView : struct
{
    /// <summary>The rows.</summary>
    public ElementView<TView> X;

    /// <summary>What is added to them; unused otherwise.</summary>
    public ElementView<TView> Residual;

    /// <summary>Where the rows go.</summary>
    public ElementView<TView> Output;

    /// <summary>Where the sums go; unused otherwise.</summary>
    public ElementView<TView> ResidualOut;

    /// <summary>One row of weights, if <see cref="HasWeight"/>.</summary>
    public ElementView<TView> Weight;

    /// <summary>One float32: the scale of a static quantisation; the bound of a dynamic one, if <see cref="HasBound"/>.</summary>
    public TView Scale;

    /// <summary>One float32 for each row: the scales of a dynamic quantisation.</summary>
    public TView ScaleOut;

    /// <summary>How many elements a row has.</summary>
    public int Hidden;

    /// <summary>How many of them the mean square is taken over.</summary>
    public int VarianceSize;

    /// <summary>1 / <see cref="VarianceSize"/>.</summary>
    public float ReciprocalSize;

    /// <summary>What is added to the mean square.</summary>
    public float Epsilon;

    /// <summary>1 or 0.</summary>
    public int HasWeight;

    /// <summary>1 or 0.</summary>
    public int HasBound;
}
