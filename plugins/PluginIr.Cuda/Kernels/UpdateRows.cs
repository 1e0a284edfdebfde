using PluginIr.Cuda.Gpu.Copying;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>
/// update_rows. Positions are data on the device, which a launch cannot look at without waiting for it: where the definition refuses a position
/// that is not in the table, its row here is left out, and nothing outside the table is written. See <see cref="ScatterKernel"/>.
/// </summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class UpdateRows
{
    /// <summary>What writes the rows.</summary>
    internal static readonly CopyTable Rows = new(typeof(ScatterKernel));

    /// <summary>What copies the table when it is not updated in place.</summary>
    internal static readonly CopyTable Whole = new(typeof(CopyKernel));

    /// <summary>The kernel.</summary>
    [Kernel("update_rows", DTypes = DTypes.Floating, Inplace = Inplace.May)]
    internal static void Run(KernelContext context, Tensor x, Tensor rows, Tensor positions, Tensor output)
    {
        if (output.Address != x.Address)
            Whole.LaunchWhole(context, x, output);
        Rows.LaunchRows(context, rows, output, positions, output);
    }
}
