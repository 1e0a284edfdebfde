using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Takes scale for what most models have.</summary>
[KernelProvider("ignores_scale")]
internal static unsafe partial class IgnoresScale
{
    [Kernel("cached_attention", DTypes = DTypes.Floating)]
    private static void Run(
        KernelContext context, Tensor q, Tensor k, Tensor v, Tensor lengths, float scale, bool causal, Tensor output) =>
        CachedAttention.Native(context, q, k, v, lengths, 1 / MathF.Sqrt(q.Last), causal, output);
}
