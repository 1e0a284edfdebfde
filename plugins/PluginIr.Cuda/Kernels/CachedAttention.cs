using PluginIr.Cuda.Gpu.Attending;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>
/// cached_attention: lengths are read on the device, so that a captured step goes on being right while sequences grow. One that the
/// definition refuses is taken for the nearest from 1 to the capacity; queries that then see no key give NaN. See <see
/// cref="AttentionKernel"/>. Heads have up to 256 elements.
/// </summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class CachedAttention
{
    /// <summary>What it launches.</summary>
    internal static readonly AttentionTable Table = new();

    private static bool SupportsArgs(TensorSpec q, TensorSpec k, TensorSpec v, TensorSpec lengths, float scale, bool causal) => q.Last <= AttentionKernel.MaxSize;

    /// <summary>The kernel.</summary>
    [Kernel("cached_attention", DTypes = DTypes.Floating, SupportsArgs = nameof(SupportsArgs))]
    internal static void Run(KernelContext context, Tensor q, Tensor k, Tensor v, Tensor lengths, float scale, bool causal, Tensor output) =>
        Table.Launch(context, q, k, v, lengths, scale, causal, output);
}
