using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Updates tables of two dimensions, and no others.</summary>
[KernelProvider("updates_matrices")]
internal static unsafe partial class UpdatesMatrices
{
    [Kernel("update_rows", DTypes = DTypes.Floating)]
    private static void Run(KernelContext context, Tensor x, Tensor rows, Tensor positions, Tensor output)
    {
        if (x.Rank == 2)
            UpdateRows.Native(context, x, rows, positions, output);
    }
}
