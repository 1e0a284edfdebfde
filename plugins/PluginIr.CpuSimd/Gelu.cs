using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>gelu, rounded once. See <see cref="GeluByErf"/> and <see cref="GeluByTanh"/>.</summary>
[KernelProvider(CpuSimdProvider.Name, Supported = nameof(Supported))]
internal static partial class Gelu
{
    private static Support Supported() => CpuSimdProvider.Support();

    /// <summary>The kernel.</summary>
    [Kernel("gelu", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, string approximate, Tensor output)
    {
        if (approximate == "tanh")
            Specialize.Run(x.DType, new Mapping<GeluByTanh>(x, output));
        else
            Specialize.Run(x.DType, new Mapping<GeluByErf>(x, output));
    }
}
