using PluginIr.Runtime;

namespace PluginIr.Compiler.Execution;

/// <summary>The memory that the runs of a session share, or of several: one allocation, which grows for larger sizes and never shrinks.</summary>
internal sealed class Arena(IrRuntime runtime, Device device) : IDisposable
{
    private Tensor? _memory;

    /// <summary>How many bytes it has.</summary>
    public long Bytes => _memory?.ElementCount ?? 0;

    /// <summary>How often it has been replaced by a larger one. What was laid out in one that is gone must be laid out anew.</summary>
    public int Replacements { get; private set; }

    /// <summary>Makes it at least so large.</summary>
    public void EnsureBytes(long bytes)
    {
        if (_memory is not null && Bytes >= bytes)
            return;
        Tensor larger = runtime.Allocate(new TensorSpec(DType.UInt8, Math.Max(bytes, 1)), device);
        _memory?.Dispose();
        _memory = larger;
        Replacements++;
    }

    /// <summary>A tensor in it.</summary>
    public Tensor View(TensorSpec spec, long offset)
    {
        long[] strides = new long[spec.Rank];
        long stride = 1;
        for (int i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= spec.Shape[i];
        }

        return _memory!.AsStrided(spec, offset / spec.DType.Size(), strides);
    }

    /// <summary>True when a tensor lies in it.</summary>
    public bool Overlaps(Tensor tensor) => _memory is not null && _memory.Overlaps(tensor);

    /// <inheritdoc/>
    public void Dispose() => _memory?.Dispose();
}
