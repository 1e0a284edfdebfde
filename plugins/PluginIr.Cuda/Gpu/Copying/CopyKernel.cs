using ILGPU;

namespace PluginIr.Cuda.Gpu.Copying;

/// <summary>Copies memory; groups along x are parts of it, <see cref="CopyArguments{TView}.TableRows"/> units in all.</summary>
internal static class CopyKernel
{
    /// <summary>The kernel.</summary>
    /// <typeparam name="TUnit">What one access moves: <see cref="Quad"/>, <c>uint</c> or <c>ushort</c>.</typeparam>
    public static void Run<TUnit>(CopyArguments<ArrayView<byte>> a) where TUnit : unmanaged
    {
        long unit = ((long)Grid.IdxX * Group.DimX) + Group.IdxX;
        if (unit < a.TableRows)
            a.Target.Cast<TUnit>()[unit] = a.Source.Cast<TUnit>()[unit];
    }
}
