using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd.Attending;

/// <summary>Attention of few rows, whose threads share the spans of keys.</summary>
/// <remarks>
/// So each thread reads keys and values from one end to the other. Where threads share the heads, what the processor fetches ahead for one is what the
/// other needs, and reading from memory is no faster than with one.
/// </remarks>
internal static unsafe class SharedSpans
{
    /// <summary>Runs the work, as spans where there are few rows.</summary>
    /// <param name="context">The call's context.</param>
    /// <param name="dtype">The activations' dtype.</param>
    /// <param name="attention">The work.</param>
    public static void Run(KernelContext context, DType dtype, in HeadAttention attention)
    {
        if (!attention.HasSpansToShare)
        {
            Specialize.Run(context, dtype, attention);
            return;
        }

        using Scratch<float> memory = context.Scratch<float>(attention.SharedLength);
        fixed (float* results = memory.Span)
        {
            HeadAttention sharing = attention.SharingSpans(results);
            Specialize.Run(context, dtype, sharing);
            Specialize.Run(context, dtype, new End(sharing));
        }
    }

    /// <summary>What is to be done when all spans are.</summary>
    internal readonly struct End(HeadAttention attention) : IWork
    {
        private readonly HeadAttention _attention = attention;

        public nint Parts => 1;

        public nint Grain => 1;

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes> =>
            _attention.StoreShared<TElement, TLanes>();
    }
}
