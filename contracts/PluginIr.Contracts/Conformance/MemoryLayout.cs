namespace PluginIr.Conformance;

/// <summary>Where one tensor's elements lie in a run of bytes with guards before and after them.</summary>
internal sealed class MemoryLayout
{
    // Guards are four times as wide as what they guard, between these bounds: a kernel that takes 16-bit elements for 64-bit ones, or
    // writes a vector too many, stays inside and is reported instead of breaking the heap.
    private const int LeastGuardBytes = 256, MostGuardBytes = 1 << 16;

    private readonly TensorSpec _spec;
    private readonly long[] _strides;
    private readonly long _first;

    /// <summary>Lays a tensor out.</summary>
    /// <param name="spec">The tensor.</param>
    /// <param name="layout">How.</param>
    /// <param name="ordinal">Which of the call's tensors it is: gaps and offsets differ by it.</param>
    /// <param name="alignment">The alignment in bytes that its first element must have at least.</param>
    public MemoryLayout(TensorSpec spec, ConformanceLayout layout, int ordinal, int alignment)
    {
        _spec = spec;
        _strides = StridesOf(spec, layout, ordinal);
        int size = spec.DType.Size();
        long low = 0, high = spec.ElementCount == 0 ? 0 : size;
        for (int i = 0; i < _strides.Length && spec.ElementCount > 0; i++)
        {
            long reach = (spec[i] - 1) * _strides[i] * size;
            low += Math.Min(reach, 0);
            high += Math.Max(reach, 0);
        }

        bool isAligned = layout is ConformanceLayout.Contiguous or ConformanceLayout.Padded or ConformanceLayout.Broadcast;
        long guard = Math.Clamp(4 * (high - low), LeastGuardBytes, MostGuardBytes);
        _first = AlignUp(guard - low) + (isAligned ? 0 : Shift(size, ordinal, alignment));
        ByteCount = _first + high + guard;
    }

    /// <summary>How many bytes there are, guards included.</summary>
    public long ByteCount { get; }

    /// <summary>The tensor over such bytes.</summary>
    /// <param name="memory">A contiguous uint8 tensor of <see cref="ByteCount"/> elements, whose address is a multiple of 64.</param>
    public Tensor View(Tensor memory) => memory.AsStrided(_spec, _first / _spec.DType.Size(), _strides);

    // An odd number of elements, or of whole alignments: a multiple of what the kernel asks for and of nothing more.
    private static long Shift(int size, int ordinal, int alignment) => alignment switch
    {
        < 16 => (1 + (2 * (ordinal % 4))) * size,
        < TensorBuffer.Alignment => (1 + (ordinal % 3)) * alignment,
        _ => 0,
    };

    private static long[] StridesOf(TensorSpec spec, ConformanceLayout layout, int ordinal)
    {
        int rank = spec.Rank, gap = 1 + (ordinal % 3);
        long[] strides = new long[rank];
        long stride = layout is ConformanceLayout.Strided or ConformanceLayout.Reversed ? 1 + gap : 1;
        for (int i = 0; i < rank; i++)
        {
            int dimension = layout == ConformanceLayout.Transposed ? i : rank - 1 - i;
            strides[dimension] = layout == ConformanceLayout.Reversed ? -stride : stride;
            stride *= Math.Max(1, spec[dimension]);
            if (layout is not (ConformanceLayout.Contiguous or ConformanceLayout.Offset or ConformanceLayout.Broadcast))
                stride += gap;
        }

        if (layout == ConformanceLayout.Broadcast && rank >= 2)
            strides[0] = 0;
        return strides;
    }

    private static long AlignUp(long offset) => (offset + TensorBuffer.Alignment - 1) & -TensorBuffer.Alignment;
}
