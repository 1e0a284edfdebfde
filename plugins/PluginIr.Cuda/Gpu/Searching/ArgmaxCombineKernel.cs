using ILGPU;

namespace PluginIr.Cuda.Gpu.Searching;

/// <summary>Brings the parts of <see cref="ArgmaxKernel"/> together. A group, of one warp, has a row.</summary>
internal static class ArgmaxCombineKernel
{
    /// <summary>The kernel.</summary>
    public static void Run(SearchArguments<ArrayView<byte>> a)
    {
        long row = Grid.IdxX, greatest = Place.None;
        for (int i = Group.IdxX; i < a.Splits; i += Group.DimX)
            greatest = IntrinsicMath.Max(greatest, a.Partial.Cast<long>()[(row * a.Splits) + i]);
        greatest = Place.GreatestOfGroup(greatest);
        if (Group.IdxX == 0)
            a.Output.Cast<long>()[row] = Place.IndexOf(greatest);
    }
}
