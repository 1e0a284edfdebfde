namespace PluginIr.CpuSimd.Products;

/// <summary>Tiles alike, one after the other, for one call to compute: with rows as short as a head's, a call takes half as long as a tile.</summary>
/// <param name="count">How many tiles.</param>
/// <param name="x">Elements from one tile's rows of x to the next's.</param>
/// <param name="weight">The same of the weights.</param>
/// <param name="sums">The same of the sums.</param>
internal readonly struct TileSteps(nint count, nint x, nint weight, nint sums)
{
    /// <summary>How many tiles.</summary>
    public readonly nint Count = count;

    /// <summary>Elements from one tile's rows of x to the next's.</summary>
    public readonly nint X = x;

    /// <summary>Elements from one tile's rows of weights to the next's.</summary>
    public readonly nint Weight = weight;

    /// <summary>Elements from one tile's sums to the next's.</summary>
    public readonly nint Sums = sums;

    /// <summary>One tile alone.</summary>
    public static TileSteps One => new(1, 0, 0, 0);
}
