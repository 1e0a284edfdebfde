using System.Diagnostics;

namespace PluginIr.Runtime.Workers;

// The workers: started when a call first wants them, parked when there is nothing to do.
internal sealed partial class HostWorkerPool
{
    // Several times what parking and being woken takes: the calls of one model's step find the workers awake.
    private const int SpinMicroseconds = 40;

    // How long nobody tries again after the system has refused a thread.
    private static readonly TimeSpan s_untilNextTry = TimeSpan.FromSeconds(1);

    private readonly Action<Thread> _start;
    private Worker[] _workers = [];
    private int _threads;
    private bool _isStopped;
    private long _refused;

    /// <summary>Creates a pool that has started no thread yet.</summary>
    /// <param name="threads">How many threads work on one call at most, the caller among them.</param>
    /// <param name="start">Starts a thread; without the caller's execution context when null: nothing of whoever came first is to be kept alive.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public HostWorkerPool(int threads, Action<Thread>? start = null)
    {
        Threads = threads;
        _start = start ?? (thread => thread.UnsafeStart());
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public override int Threads
    {
        get => Volatile.Read(ref _threads);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Volatile.Write(ref _threads, value);
        }
    }

    /// <summary>How many threads were started.</summary>
    public int Started => Volatile.Read(ref _workers).Length;

    /// <summary>How many of them have not ended.</summary>
    public int Running => Volatile.Read(ref _workers).Count(w => w.IsRunning);

    /// <summary>Has the threads end, each after the chunk that it is in. Calls that come later do their work alone.</summary>
    /// <remarks>It waits for nothing: a kernel that hangs would keep it for ever.</remarks>
    public void Dispose()
    {
        Volatile.Write(ref _isStopped, true);
        Interlocked.MemoryBarrier();
        foreach (Worker worker in Volatile.Read(ref _workers))
            worker.TryWake();
    }

    /// <summary>What a worker's thread does.</summary>
    public void Work(Worker worker)
    {
        while (!Volatile.Read(ref _isStopped))
        {
            if (!DoChunks(worker) && !SpinForWork(worker))
                worker.Park();
        }
    }

    /// <summary>True when a worker is not to park: there are chunks, and it is one of those that may take them, or it is to end.</summary>
    public bool HasWorkFor(Worker worker) => (worker.Index < Threads - 1 && _chunks.Any) || Volatile.Read(ref _isStopped);

    // Whoever has taken the pool, and nobody else. No more than the call can use. Where the system has no thread left, those that there are, and the caller,
    // do the work.
    private void StartWorkers(int chunks)
    {
        int wanted = Math.Min(Threads, chunks) - 1;
        if (_workers.Length >= wanted || (_refused != 0 && Stopwatch.GetElapsedTime(_refused) < s_untilNextTry))
            return;
        try
        {
            while (_workers.Length < wanted)
            {
                // One that is started while the pool is being stopped finds that out by itself.
                var worker = new Worker(this, _workers.Length);
                worker.Start(_start);
                Volatile.Write(ref _workers, [.. _workers, worker]);
            }
        }
        catch (OutOfMemoryException)
        {
            _refused = Stopwatch.GetTimestamp();
        }
    }

    // Each that is woken wakes the next, so that the caller does not wake them all.
    private void WakeNext(int first, int last)
    {
        Worker[] workers = Volatile.Read(ref _workers);
        int end = Math.Min(Math.Min(workers.Length, Threads - 1), last);
        for (int i = first; i < end; i++)
        {
            if (workers[i].TryWake())
                return;
        }
    }

    private unsafe bool DoChunks(Worker worker)
    {
        bool isFirst = true;
        while (worker.Index < Threads - 1 && _chunks.TryClaimBack(out int claimed))
        {
            if (isFirst && _chunks.Any)
                WakeNext(worker.Index + 1, int.MaxValue);
            isFirst = false;
            try
            {
                RunChunk(worker.Context, _chunk, _body, _count, _grain, claimed);
            }
            catch (Exception failure)
            {
                Keep(failure);
            }

            _join.Done();
        }

        return !isFirst;
    }

    private bool SpinForWork(Worker worker)
    {
        var spin = new TimedSpin(SpinMicroseconds, yields: true);
        while (!HasWorkFor(worker))
        {
            if (!spin.Once())
                return false;
        }

        return true;
    }
}
