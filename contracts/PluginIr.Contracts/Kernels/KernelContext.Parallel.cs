using System.Runtime.CompilerServices;

namespace PluginIr;

// Sharing a call's work among threads.
public sealed unsafe partial class KernelContext
{
    // What a chunk should move or touch at least, so that handing it over, a microsecond, is a small part of it: 3 to 6 µs from the caches.
    private const nint ChunkBytes = 256 * 1024;

    /// <summary>The threads that help; null for none.</summary>
    public WorkerPool? Workers { get; init; }

    /// <summary>How many threads <see cref="ParallelFor{TBody}"/> uses at most, the calling one among them.</summary>
    public int Threads => Workers is { } workers ? workers.Threads : 1;

    /// <summary>A grain for <see cref="ParallelFor{TBody}"/>: so many indices that a chunk of them is worth handing to another thread.</summary>
    /// <param name="bytes">How many bytes the work of one index reads and writes. More where it computes long on each.</param>
    /// <returns>The grain, from 1. It depends on <paramref name="bytes"/> alone.</returns>
    public static nint GrainOf(nint bytes) => bytes >= ChunkBytes ? 1 : ChunkBytes / Math.Max(bytes, 1);

    /// <summary>
    /// Does the work of the indices [0, <paramref name="count"/>) in chunks, on this thread and on others that are free. Returns when all of it
    /// is done.
    /// </summary>
    /// <remarks>
    /// <para>Chunk i is [i·grain, min((i+1)·grain, count)), whichever thread runs it and however many there are: what a chunk computes must
    /// depend on its bounds alone, and then the call's result is the same for any number of threads.</para>
    /// <para>Work of one chunk is done here, at the price of a call. Otherwise this thread takes chunks from the front and others from the
    /// back; others that do not come are not waited for. A call from inside a body, or while another call has the threads, does all
    /// the work here. Nothing is allocated.</para>
    /// </remarks>
    /// <typeparam name="TBody">The work; a struct, so that it costs no allocation and no virtual call.</typeparam>
    /// <param name="count">How many indices there are; 0 does nothing.</param>
    /// <param name="grain">How many indices a chunk has, from 1; see <see cref="GrainOf"/>.</param>
    /// <param name="body">The work.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative count, a grain below 1, or more than 2³¹-1 chunks.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ParallelFor<TBody>(nint count, nint grain, TBody body) where TBody : struct, IParallelBody, allows ref struct
    {
        // The body stays in the caller's frame, which the collector keeps looking at, until all chunks are done.
        ParallelFor(count, grain, &RunChunk<TBody>, Unsafe.AsPointer(ref body));
    }

    /// <summary>The same for work that is chosen by its address, among forms for several dtypes say.</summary>
    /// <param name="count">How many indices there are; 0 does nothing.</param>
    /// <param name="grain">How many indices a chunk has, from 1; see <see cref="GrainOf"/>.</param>
    /// <param name="chunk">Does a chunk: the context of the thread that it runs on, <paramref name="body"/>, the first index, and one past the last.</param>
    /// <param name="body">What each chunk is given. It must not move or go until this returns: a local's address will do.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative count, a grain below 1, or more than 2³¹-1 chunks.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ParallelFor(nint count, nint grain, delegate*<KernelContext, void*, nint, nint, void> chunk, void* body)
    {
        if (count > grain || count <= 0)
            ParallelForChunks(chunk, body, count, grain);
        else
            chunk(this, body, 0, count);
    }

    private void ParallelForChunks(delegate*<KernelContext, void*, nint, nint, void> chunk, void* body, nint count, nint grain)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(grain, 1);
        if (count == 0)
            return;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((count - 1) / grain, int.MaxValue - 1, nameof(count));
        if (Workers is { Threads: > 1 } workers)
        {
            workers.Run(this, chunk, body, count, grain);
            return;
        }

        for (nint first = 0; first < count; first += grain)
            chunk(this, body, first, Math.Min(grain, count - first) + first);
    }

    // The one place where a body's code is, whatever the number of chunks: a kernel that was compiled for small calls is compiled for large ones.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunChunk<TBody>(KernelContext context, void* body, nint first, nint end)
        where TBody : struct, IParallelBody, allows ref struct =>
        Unsafe.AsRef<TBody>(body).Run(context, first, end);
}
