using System.Runtime.ExceptionServices;

namespace PluginIr.Runtime.Workers;

/// <summary>The threads that kernels of one runtime share.</summary>
/// <remarks>
/// <para>One call at a time has the workers; others do their work alone. A call's chunks are claimed from both ends (<see cref="Chunks"/>):
/// a worker that comes late, or never, costs nothing, because the caller waits for chunks that were claimed and for nothing else.</para>
/// <para>Invariants: the fields of the call change only while no chunk is claimed by a worker; a worker reads them only between its claim
/// and <see cref="Join.Done"/>; after that it is in this class's code alone. So when <see cref="Run"/> returns no thread
/// is inside a plugin, and nothing here refers to one.</para>
/// <para>Waiting is spinning for a short while and then parking: a thread that only spins for another one on its own core keeps it from
/// running for a time slice of the system, which is milliseconds.</para>
/// </remarks>
internal sealed unsafe partial class HostWorkerPool : WorkerPool, IDisposable
{
    private int _isTaken;

    // The call that has the workers.
    private delegate*<KernelContext, void*, nint, nint, void> _chunk;
    private void* _body;
    private nint _count;
    private nint _grain;
    private Exception? _failure;

    private Chunks _chunks;
    private readonly Join _join = new();

    /// <inheritdoc/>
    public override void Run(
        KernelContext context, delegate*<KernelContext, void*, nint, nint, void> chunk, void* body, nint count, nint grain)
    {
        nint chunks = ((count - 1) / grain) + 1;
        if (chunks < 2 || Threads < 2 || _isStopped || _isTaken != 0 || Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            for (nint i = 0; i < chunks; i++)
                RunChunk(context, chunk, body, count, grain, i);
            return;
        }

        Exception? failure;
        try
        {
            Share(context, chunk, body, count, grain, (int)chunks);
        }
        finally
        {
            failure = _failure;
            _failure = null;
            _body = null;
            _chunk = null;
            Volatile.Write(ref _isTaken, 0);
        }

        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    private void Share(
        KernelContext context, delegate*<KernelContext, void*, nint, nint, void> chunk, void* body, nint count, nint grain, int chunks)
    {
        StartWorkers(chunks);
        _chunk = chunk;
        _body = body;
        _count = count;
        _grain = grain;
        _chunks.Offer(chunks);
        WakeNext(0, chunks - 1);
        try
        {
            while (_chunks.TryClaimFront(out int claimed))
                RunChunk(context, chunk, body, count, grain, claimed);
        }
        catch (Exception failure)
        {
            Keep(failure);
        }

        // After a failure here there may be chunks that nobody has claimed; they are not done.
        int byWorkers = _chunks.Close(chunks);
        if (byWorkers > 0)
            _join.Wait(byWorkers);
    }

    // The first failure is the call's.
    private void Keep(Exception failure) => Interlocked.CompareExchange(ref _failure, failure, null);

    private static void RunChunk(
        KernelContext context, delegate*<KernelContext, void*, nint, nint, void> chunk, void* body, nint count, nint grain, nint index)
    {
        nint first = index * grain;
        chunk(context, body, first, Math.Min(grain, count - first) + first);
    }
}
