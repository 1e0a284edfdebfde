namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>What the kernels that quantise by groups of columns are given. See <see cref="Norms.NormArguments{TView}"/> for the type parameter.</summary>
internal struct GroupQuantArguments<TView> where TView : struct
{
    /// <summary>Contiguous rows.</summary>
    public TView X;

    /// <summary>Rows of float8, like X.</summary>
    public TView Output;

    /// <summary>A float32 for each group of each row, contiguous: given or written.</summary>
    public TView Scales;

    /// <summary>How many chunks X has, for the kernel that goes by chunks; how many groups for the other.</summary>
    public long Count;

    /// <summary>The length of a group: chunks, a power of two up to 32, for the kernel that goes by chunks, or elements.</summary>
    public int GroupSize;

    /// <summary>The length of a row in elements.</summary>
    public int Hidden;

    /// <summary>How many groups a row has.</summary>
    public int Groups;

    /// <summary>1 when scales are powers of two, or 0.</summary>
    public int UsesPowersOfTwo;
}
