using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Stores;

/// <summary>When to write past the caches, and what to do afterwards.</summary>
/// <remarks>
/// An ordinary store first reads the line that it writes to. Past the caches that read is saved, a third of a copy's traffic; but the
/// output is then not in the caches for the op that reads it next, which costs far more where it would have fitted. Elements that take longer to
/// convert than the read does go through the caches all the same.
/// </remarks>
internal static unsafe class Streaming
{
    /// <summary>What calls that read and write no more bytes write goes through the caches.</summary>
    public const long Threshold = 12 << 20;

    private const int Alignment = 64;

    /// <summary>
    /// True when the call is large and the output without gaps, apart from the input that it could be in place of, and every vector of
    /// every row begins where a streamed store can write it.
    /// </summary>
    /// <param name="output">The output.</param>
    /// <param name="input">What the output may share memory with: reading it has brought its lines into the caches already.</param>
    /// <param name="bytes">How many bytes the call reads and writes in all.</param>
    public static bool Suits(Tensor output, Tensor input, long bytes) =>
        bytes > Threshold && output.IsContiguous && output.Address % Alignment == 0 &&
        output.Last * output.DType.Size() % Alignment == 0 && output.Address != input.Address;

    /// <summary>True when so many bytes from where a streamed store can write, another can.</summary>
    public static bool IsAligned(long bytes) => bytes % Alignment == 0;

    /// <summary>Writes a vector.</summary>
    /// <remarks>
    /// Both ways are in one method, so that the first large call finds it compiled as the first small one does. Where much is computed, which way is
    /// asked at every store, and the processor foresees the answer; loops of little else have it as a constant, one loop for each way.
    /// </remarks>
    /// <param name="values">What to write.</param>
    /// <param name="target">Where.</param>
    /// <param name="streams">True to write past the caches, what <see cref="Suits"/> says of the output.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes values, float* target, bool streams) where TLanes : struct, ILanes<TLanes>
    {
        if (streams)
            values.StoreNonTemporal(target);
        else
            values.Store(target);
    }

    /// <summary>Orders streamed stores before all that the thread does next, as ordinary ones are: the host may hand the output to another.</summary>
    /// <param name="streams">True when there were any.</param>
    public static void Complete(bool streams)
    {
        if (streams && Sse.IsSupported)
            Sse.StoreFence();
    }
}
