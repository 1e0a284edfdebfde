using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>gelu, rounded once. See <see cref="GeluByErf"/> and <see cref="GeluByTanh"/>.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class Gelu
{
    /// <summary>The kernel.</summary>
    [Kernel("gelu", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, string approximate, Tensor output)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(output))
            Ops.Gelu.Native(context, x, approximate, output);
        else if (approximate == "tanh")
            Specialize.Run(context, x.DType, new Mapping(Function.Of<GeluByTanh>(), x, output));
        else
            Specialize.Run(context, x.DType, new Mapping(Function.Of<GeluByErf>(), x, output));
    }
}
