using PluginIr.CpuSimd.Attending;
using PluginIr.CpuSimd.Rows;

namespace PluginIr.CpuSimd;

/// <summary>
/// attention: <c>softmax(scale · q · kᵀ) · v</c>, from one query over a cache to blocks of queries. See <see cref="HeadAttention"/>.
/// </summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class Attention
{
    /// <summary>The kernel.</summary>
    [Kernel("attention", DTypes = DTypes.Floating, BatchInvariant = true, SameDType = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor q, Tensor k, Tensor v, float scale, bool causal, Tensor output)
    {
        if (RowTable.Suits(q) && RowTable.Suits(k) && RowTable.Suits(v) && RowTable.Suits(output))
            SharedSpans.Run(context, q.DType, new HeadAttention(new AttentionCall(q, k, v, scale, causal, output), context.Threads));
        else
            Ops.Attention.Native(context, q, k, v, scale, causal, output);
    }
}
