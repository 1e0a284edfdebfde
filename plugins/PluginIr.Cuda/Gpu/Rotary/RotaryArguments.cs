namespace PluginIr.Cuda.Gpu.Rotary;

/// <summary>What the rotary kernels are given. Rows are heads, token after token.</summary>
/// <typeparam name="TView">See <see cref="Norms.NormArguments{TView}"/>.</typeparam>
internal struct RotaryArguments<TView> where TView : struct
{
    /// <summary>i32 or i64, one for each token.</summary>
    public TView Positions;

    public TView Query, Key, QueryOut, KeyOut;

    /// <summary>Weights of the norms, if the op has a norm and <see cref="QueryWeightType"/> or <see cref="KeyWeightType"/> is not -1.</summary>
    public TView QueryWeight, KeyWeight;

    /// <summary>Cosines, then sines, for each position.</summary>
    public TView Cache;

    /// <summary>How many positions the cache has.</summary>
    public long CacheRows;

    /// <summary>How many heads a token has.</summary>
    public int QueryHeads, KeyHeads;

    /// <summary>Elements of a head, and how many of them are turned.</summary>
    public int HeadSize, RotaryDim;

    /// <summary>1 when a pair's elements are half of <see cref="RotaryDim"/> apart, 0 when they are neighbours.</summary>
    public int IsNeox;

    /// <summary>1 when positions are i64.</summary>
    public int IsWide;

    /// <summary>Types as in <see cref="Elements.IElement.Id"/>; -1 for weights that are absent.</summary>
    public int CacheType, QueryWeightType, KeyWeightType;

    /// <summary>What is added to the mean square.</summary>
    public float Epsilon;
}
