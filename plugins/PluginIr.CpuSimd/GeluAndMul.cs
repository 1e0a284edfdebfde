using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>gelu_and_mul: <c>gelu(a) · b</c> for rows (a, b), gelu rounded before the product. See <see cref="GeluByErf"/>, <see cref="GeluByTanh"/>.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class GeluAndMul
{
    /// <summary>The kernel.</summary>
    [Kernel("gelu_and_mul", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, string approximate, Tensor output)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(output))
            Ops.GeluAndMul.Native(context, x, approximate, output);
        else if (approximate == "tanh")
            Specialize.Run(context, x.DType, new GatingInBlocks(Function.Of<GeluByTanh>(), x, output));
        else
            Specialize.Run(context, x.DType, new GatingInBlocks(Function.Of<GeluByErf>(), x, output));
    }
}
