namespace PluginIr.Cuda.Gpu.Copying;

/// <summary>What kernels that copy rows are given. A unit is what one access moves.</summary>
/// <typeparam name="TView">See <see cref="Norms.NormArguments{TView}"/>.</typeparam>
internal struct CopyArguments<TView> where TView : struct
{
    /// <summary>The rows that are read.</summary>
    public TView Source;

    /// <summary>The rows that are written.</summary>
    public TView Target;

    /// <summary>Rows of the table, i32 or i64: of the source when rows are gathered, of the target when they are scattered.</summary>
    public TView Positions;

    /// <summary>How many rows the table has.</summary>
    public long TableRows;

    /// <summary>How many units a row has.</summary>
    public int Units;

    /// <summary>How many positions there are.</summary>
    public int Count;

    /// <summary>1 when positions are i64.</summary>
    public int IsWide;

    /// <summary>Unused; fills the struct to a multiple of 8.</summary>
    public int Padding;
}
