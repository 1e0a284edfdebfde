using PluginIr.Cuda.Gpu.Attending;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>
/// attention: see <see cref="AttentionKernel"/>. Heads have up to 256 elements.
/// </summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class Attention
{
    /// <summary>What it launches.</summary>
    internal static readonly AttentionTable Table = new();

    private static bool SupportsArgs(TensorSpec q, TensorSpec k, TensorSpec v, float scale, bool causal) => q.Last <= AttentionKernel.MaxSize;

    /// <summary>The kernel.</summary>
    [Kernel("attention", DTypes = DTypes.Floating, SupportsArgs = nameof(SupportsArgs))]
    internal static void Run(KernelContext context, Tensor q, Tensor k, Tensor v, float scale, bool causal, Tensor output) =>
        Table.Launch(context, q, k, v, null, scale, causal, output);
}
