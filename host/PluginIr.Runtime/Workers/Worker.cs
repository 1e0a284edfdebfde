namespace PluginIr.Runtime.Workers;

/// <summary>One thread of a <see cref="HostWorkerPool"/>, and how it is parked and woken.</summary>
/// <param name="pool">The pool.</param>
/// <param name="index">Its place among the pool's workers, from 0.</param>
internal sealed class Worker(HostWorkerPool pool, int index)
{
    private readonly AutoResetEvent _wake = new(false);
    private Thread? _thread;
    private int _isParked;

    /// <summary>Its place among the pool's workers, from 0.</summary>
    public int Index => index;

    /// <summary>What its chunks get: scratch memory of its own. Calls inside a chunk find the pool taken.</summary>
    public KernelContext Context { get; } = new() { Workers = pool };

    /// <summary>Starts the thread.</summary>
    /// <param name="start">Does so.</param>
    /// <exception cref="OutOfMemoryException">The system has none left.</exception>
    public void Start(Action<Thread> start)
    {
        _thread = new Thread(() => pool.Work(this)) { IsBackground = true, Name = $"PluginIr worker {index + 1}" };
        start(_thread);
    }

    /// <summary>True until its thread has ended.</summary>
    public bool IsRunning => _thread is { IsAlive: true };

    /// <summary>Waits until <see cref="TryWake"/>, or not at all when there is something to do.</summary>
    /// <remarks>
    /// It can be seen to be parked before it looks once more. Whoever makes work makes it visible before looking for parked workers; so one
    /// of the two sees the other.
    /// </remarks>
    public void Park()
    {
        Interlocked.Exchange(ref _isParked, 1);
        if (!pool.HasWorkFor(this) || Interlocked.Exchange(ref _isParked, 0) == 0)
            _wake.WaitOne();
    }

    /// <summary>Wakes it if it is parked.</summary>
    /// <returns>False when it was not.</returns>
    public bool TryWake()
    {
        if (Volatile.Read(ref _isParked) == 0 || Interlocked.Exchange(ref _isParked, 0) == 0)
            return false;
        _wake.Set();
        return true;
    }
}
