using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>gelu_new, rounded once. See <see cref="GeluByTanh"/>, which is what it means.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class GeluNew
{
    /// <summary>The kernel.</summary>
    [Kernel("gelu_new", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor output)
    {
        if (RowTable.Suits(x) && RowTable.Suits(output))
            Specialize.Run(context, x.DType, new Mapping(Function.Of<GeluByTanh>(), x, output));
        else
            Ops.GeluNew.Native(context, x, output);
    }
}
