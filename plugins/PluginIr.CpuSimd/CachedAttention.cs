using PluginIr.CpuSimd.Attending;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>cached_attention: attention over the filled parts of caches, bit for bit what <see cref="Attention"/> makes of each part alone.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class CachedAttention
{
    /// <summary>The kernel.</summary>
    [Kernel("cached_attention", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor q, Tensor k, Tensor v, Tensor lengths, float scale, bool causal, Tensor output)
    {
        if (!RowTable.Suits(q) || !RowTable.Suits(k) || !RowTable.Suits(v) || !RowTable.Suits(output))
        {
            Ops.CachedAttention.Native(context, q, k, v, lengths, scale, causal, output);
            return;
        }

        Ops.CachedAttention.RequireLengths(q, k, lengths, causal);
        if (k.Shape[0] > 1)
        {
            Specialize.Run(context, q.DType, new SequenceAttention(q, k, v, lengths, scale, causal, output));
            return;
        }

        var only = new AttentionCall(q, k, v, scale, causal, output, 0, (nint)q.Shape[0], (nint)lengths.ReadIndex(0));
        SharedSpans.Run(context, q.DType, new HeadAttention(only, context.Threads));
    }
}
