using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>quick_gelu, rounded once. See <see cref="LogisticGelu"/>.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class QuickGelu
{
    /// <summary>The kernel.</summary>
    [Kernel("quick_gelu", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor output)
    {
        if (RowTable.Suits(x) && RowTable.Suits(output))
            Specialize.Run(context, x.DType, new Mapping(Function.Of<LogisticGelu>(), x, output));
        else
            Ops.QuickGelu.Native(context, x, output);
    }
}
