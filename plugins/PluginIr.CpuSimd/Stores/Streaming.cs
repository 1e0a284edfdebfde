using System.Runtime.Intrinsics.X86;

namespace PluginIr.CpuSimd.Stores;

/// <summary>When to write past the caches, and what to do afterwards.</summary>
/// <remarks>
/// An ordinary store first reads the line that it writes to. Past the caches that read is saved, a third of a copy's traffic; but the
/// output is then not in the caches for the op that reads it next, which costs far more where it would have fitted. Converting to float16
/// takes longer than the read, so that nothing is saved there.
/// </remarks>
internal static class Streaming
{
    /// <summary>Outputs of fewer bytes are written through the caches.</summary>
    public const long Threshold = 4 << 20;

    private const int Alignment = 64;

    /// <summary>
    /// True when the output is large and not float16, apart from the input that it could be in place of, and every vector of every row begins where
    /// <see cref="StreamingStores"/> can write it.
    /// </summary>
    /// <param name="output">The output, contiguous.</param>
    /// <param name="input">What the output may share memory with: reading it has brought its lines into the caches already.</param>
    public static bool Suits(Tensor output, Tensor input) =>
        output.Spec.ByteCount >= Threshold && output.Address % Alignment == 0 && output.Last * output.DType.Size() % Alignment == 0 &&
        output.Address != input.Address && output.DType != DType.Float16;

    /// <summary>Orders streamed stores before all that the thread does next, as ordinary ones are: the host may hand the output to another.</summary>
    public static void Complete()
    {
        if (Sse.IsSupported)
            Sse.StoreFence();
    }
}
