namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>What bounds a piece of work, were it done perfectly.</summary>
/// <param name="Kind">The machine's limit that it meets first.</param>
/// <param name="Amount">How much of it the work needs: bytes read and written once, or floating-point operations.</param>
internal readonly record struct WorkBound(BoundKind Kind, long Amount)
{
    /// <summary>Reads so many bytes of tensors once and writes others once.</summary>
    public static WorkBound Copying(params ReadOnlySpan<Tensor> tensors) => new(BoundKind.Copy, BytesOf(tensors));

    /// <summary>Reads tensors once; what it writes is little beside them.</summary>
    public static WorkBound Reading(params ReadOnlySpan<Tensor> tensors) => new(BoundKind.Read, BytesOf(tensors));

    private static long BytesOf(ReadOnlySpan<Tensor> tensors)
    {
        long bytes = 0;
        foreach (Tensor tensor in tensors)
            bytes += tensor.Spec.ByteCount;
        return bytes;
    }
}
