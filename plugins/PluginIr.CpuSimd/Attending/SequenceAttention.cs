using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd.Attending;

/// <summary>Attention of several sequences, each over the filled part of its cache: their <see cref="HeadAttention"/>s, shared as one work.</summary>
internal readonly unsafe struct SequenceAttention : IWork
{
    private readonly Tensor _q, _k, _v, _lengths, _output;
    private readonly float _scale;
    private readonly bool _causal;
    private readonly nint _sequences, _partsOfOne;

    /// <summary>Describes a call. The lengths have been checked. Threads share the sequences: each is in as few parts as can be.</summary>
    public SequenceAttention(Tensor q, Tensor k, Tensor v, Tensor lengths, float scale, bool causal, Tensor output)
    {
        (_q, _k, _v, _lengths, _output) = (q, k, v, lengths, output);
        (_scale, _causal) = (scale, causal);
        _sequences = (nint)k.Shape[0];

        nint longest = 1;
        for (nint b = 0; b < _sequences; b++)
            longest = Math.Max(longest, (nint)lengths.ReadIndex(b));
        HeadAttention first = Of(0, longest);
        _partsOfOne = first.Parts;
        Grain = first.Grain;
    }

    public nint Parts => _sequences * _partsOfOne;

    public nint Grain { get; }

    public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        while (first < end)
        {
            (nint sequence, nint part) = Math.DivRem(first, _partsOfOne);
            nint parts = Math.Min(_partsOfOne - part, end - first);
            Of(sequence, (nint)_lengths.ReadIndex(sequence)).Run<TElement, TLanes>(context, part, part + parts);
            first += parts;
        }
    }

    private HeadAttention Of(nint sequence, nint keys) =>
        new(new AttentionCall(_q, _k, _v, _scale, _causal, _output, sequence, (nint)_q.Shape[0] / _sequences, keys), threads: 1);
}
