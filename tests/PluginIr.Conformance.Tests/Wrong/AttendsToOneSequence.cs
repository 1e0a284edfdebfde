using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Attends to one sequence, or to one token of each.</summary>
[KernelProvider("attends_to_one_sequence")]
internal static unsafe partial class AttendsToOneSequence
{
    [Kernel("cached_attention", DTypes = DTypes.Floating)]
    private static void Run(
        KernelContext context, Tensor q, Tensor k, Tensor v, Tensor lengths, float scale, bool causal, Tensor output)
    {
        if (k.Shape[0] == 1 || q.Shape[0] == k.Shape[0])
            CachedAttention.Native(context, q, k, v, lengths, scale, causal, output);
    }
}
