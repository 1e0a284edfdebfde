namespace PluginIr.CpuSimd.Lanes;

/// <summary>How long rows in scratch memory are: loops go on to a whole vector, or two, of whatever width.</summary>
internal static class Padding
{
    private const int MostLanes = 16;

    /// <summary>A multiple of every vector's lanes.</summary>
    public static nint ToVector(nint count) => (count + MostLanes - 1) & -MostLanes;

    /// <summary>A multiple of what two vectors of any width have.</summary>
    public static nint ToVectorPair(nint count) => (count + (2 * MostLanes) - 1) & -(2 * MostLanes);
}
