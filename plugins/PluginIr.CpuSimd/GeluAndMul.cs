using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>gelu_and_mul: <c>gelu(a) · b</c> for rows (a, b), gelu rounded before the product. See <see cref="GeluByErf"/>, <see cref="GeluByTanh"/>.</summary>
[KernelProvider(CpuSimdProvider.Name, Supported = nameof(Supported))]
internal static partial class GeluAndMul
{
    private static Support Supported() => CpuSimdProvider.Support();

    /// <summary>The kernel.</summary>
    [Kernel("gelu_and_mul", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, string approximate, Tensor output)
    {
        if (approximate == "tanh")
            Specialize.Run(x.DType, new Gating<GeluByTanh>(x, output));
        else
            Specialize.Run(x.DType, new Gating<GeluByErf>(x, output));
    }
}
