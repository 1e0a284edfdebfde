using ILGPU;

namespace PluginIr.Cuda.Gpu.Copying;

/// <summary>Copies rows into a table by their positions. A position that is not in the table writes nothing.</summary>
/// <remarks>
/// Groups along x are positions, groups along y parts of a row. Of rows with one position the last stays: a group whose position comes again
/// later leaves it to that one, so no two groups write one address, and the result is the same each time.
/// </remarks>
internal static class ScatterKernel
{
    /// <summary>The kernel.</summary>
    /// <typeparam name="TUnit">What one access moves: <see cref="Quad"/>, <c>uint</c> or <c>ushort</c>.</typeparam>
    public static void Run<TUnit>(CopyArguments<ArrayView<byte>> a) where TUnit : unmanaged
    {
        int row = Grid.IdxX, unit = (Grid.IdxY * Group.DimX) + Group.IdxX, again = 0;
        long position = Indices.At(a.Positions, a.IsWide, row);
        for (int later = row + 1 + Group.IdxX; later < a.Count; later += Group.DimX)
            again |= Indices.At(a.Positions, a.IsWide, later) == position ? 1 : 0;
        again = Reduction.MaxOfGroup(again);
        if (again == 0 && unit < a.Units && position >= 0 && position < a.TableRows)
            a.Target.Cast<TUnit>()[(position * a.Units) + unit] = a.Source.Cast<TUnit>()[((long)row * a.Units) + unit];
    }
}
