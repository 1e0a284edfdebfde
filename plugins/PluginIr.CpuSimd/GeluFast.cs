using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>gelu_fast, rounded once. See <see cref="FastGelu"/>.</summary>
[KernelProvider(CpuSimdProvider.Name, Supported = nameof(Supported))]
internal static partial class GeluFast
{
    private static Support Supported() => CpuSimdProvider.Support();

    /// <summary>The kernel.</summary>
    [Kernel("gelu_fast", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor output) =>
        Specialize.Run(x.DType, new Mapping<FastGelu>(x, output));
}
