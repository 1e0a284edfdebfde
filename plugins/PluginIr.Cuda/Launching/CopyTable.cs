using PluginIr.Cuda.Gpu;
using PluginIr.Cuda.Gpu.Copying;

namespace PluginIr.Cuda.Launching;

/// <summary>A kernel that copies, for each size of unit, and the choice among them: bits are copied, whatever the dtype.</summary>
internal sealed class CopyTable(Type kernel)
{
    private const int Threads = 256;

    private static readonly (Type Unit, int Bytes)[] s_units = [(typeof(Quad), 16), (typeof(uint), 4), (typeof(ushort), 2)];

    private readonly GpuKernel[] _kernels = GpuKernel.InRows([.. s_units.Select(unit => new GpuKernel(Threads, kernel, unit.Unit))], s_units.Length);

    /// <summary>All of them.</summary>
    public IReadOnlyList<GpuKernel> Kernels => _kernels;

    /// <summary>Launches the one for rows of a table. With none, nothing happens.</summary>
    /// <param name="context">Whose stream.</param>
    /// <param name="source">What is read.</param>
    /// <param name="target">What is written.</param>
    /// <param name="positions">The rows' places in the table.</param>
    /// <param name="table">The source or the target.</param>
    public void LaunchRows(KernelContext context, Tensor source, Tensor target, Tensor positions, Tensor table)
    {
        long bytes = table.Shape[0] == 0 ? 0 : table.Spec.ByteCount / table.Shape[0];
        if (table.Shape[0] == 0)
            bytes = source.Last * source.DType.Size();
        if (positions.ElementCount == 0 || bytes == 0)
            return;
        int kernel = UnitFor(source, target, bytes), units = checked((int)(bytes / s_units[kernel].Bytes));
        int threads = Math.Min(Chunks.ToWarps(units), Threads);
        Launch(context, kernel, new LaunchShape(checked((int)positions.ElementCount), (units + threads - 1) / threads, threads), new CopyArguments<View>
        {
            Source = View.Of(source),
            Target = View.Of(target),
            Positions = View.Of(positions),
            TableRows = table.Shape[0],
            Units = units,
            Count = checked((int)positions.ElementCount),
            IsWide = positions.DType == DType.Int64 ? 1 : 0,
        }, target.Device.Ordinal);
    }

    /// <summary>Launches the one for all of a tensor.</summary>
    public void LaunchWhole(KernelContext context, Tensor source, Tensor target)
    {
        long bytes = source.Spec.ByteCount;
        if (bytes == 0)
            return;
        int kernel = UnitFor(source, target, bytes);
        long units = bytes / s_units[kernel].Bytes;
        int threads = units >= Threads ? Threads : Chunks.ToWarps((int)units);
        Launch(
            context, kernel, new LaunchShape(checked((int)((units + threads - 1) / threads)), 1, threads),
            new CopyArguments<View> { Source = View.Of(source), Target = View.Of(target), TableRows = units }, target.Device.Ordinal);
    }

    private static int UnitFor(Tensor source, Tensor target, long bytes)
    {
        long all = source.Address | target.Address | bytes;
        int kernel = 0;
        while (all % s_units[kernel].Bytes != 0)
            kernel++;
        return kernel;
    }

    private void Launch(KernelContext context, int kernel, LaunchShape shape, in CopyArguments<View> arguments, int device) =>
        KernelLauncher.Current.Launch(context, device, _kernels[kernel], shape, in arguments);
}
