using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>gelu_fast, rounded once: <see cref="GeluByTanh"/> with x drawn out, which is the same within a rounding of float32.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class GeluFast
{
    /// <summary>The kernel.</summary>
    [Kernel("gelu_fast", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor output)
    {
        if (RowTable.Suits(x) && RowTable.Suits(output))
            Specialize.Run(context, x.DType, new Mapping(Function.Of<GeluByTanh>(), x, output));
        else
            Ops.GeluFast.Native(context, x, output);
    }
}
