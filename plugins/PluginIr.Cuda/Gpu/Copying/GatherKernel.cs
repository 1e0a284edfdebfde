using ILGPU;

namespace PluginIr.Cuda.Gpu.Copying;

/// <summary>Copies rows of a table by their positions. A position that is not in the table gives a row of zeros and reads nothing.</summary>
/// <remarks>Groups along x are positions, groups along y parts of a row.</remarks>
internal static class GatherKernel
{
    /// <summary>The kernel.</summary>
    /// <typeparam name="TUnit">What one access moves: <see cref="Quad"/>, <c>uint</c> or <c>ushort</c>.</typeparam>
    public static void Run<TUnit>(CopyArguments<ArrayView<byte>> a) where TUnit : unmanaged
    {
        int unit = (Grid.IdxY * Group.DimX) + Group.IdxX;
        if (unit >= a.Units)
            return;
        long position = Indices.At(a.Positions, a.IsWide, Grid.IdxX), target = ((long)Grid.IdxX * a.Units) + unit;
        if (position >= 0 && position < a.TableRows)
            a.Target.Cast<TUnit>()[target] = a.Source.Cast<TUnit>()[(position * a.Units) + unit];
        else
            a.Target.Cast<TUnit>()[target] = default;
    }
}
