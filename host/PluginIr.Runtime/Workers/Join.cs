using System.Runtime.InteropServices;

namespace PluginIr.Runtime.Workers;

/// <summary>Where a caller waits for the chunks that workers have claimed.</summary>
internal sealed class Join
{
    // Some times a chunk's work. Where the worker is on this core it does not run before this thread parks.
    private const int SpinMicroseconds = 20;

    private readonly AutoResetEvent _wake = new(false);
    private PaddedCount _pending; // claimed and not done; below 0 until the caller has said how many were claimed
    private int _isParked;

    /// <summary>Says that a worker has done a chunk. The last thing that the worker does for a call.</summary>
    public void Done()
    {
        // Only the last one brings it to 0, and only once the caller waits.
        if (Interlocked.Decrement(ref _pending.Value) == 0 && Volatile.Read(ref _isParked) != 0)
            _wake.Set();
    }

    /// <summary>Waits until so many chunks are done. Leaves in no other way, interrupted or not: the chunks use the caller's memory.</summary>
    public void Wait(int chunks)
    {
        if (Interlocked.Add(ref _pending.Value, chunks) != 0 && !Spin())
            Park();
    }

    private bool Spin()
    {
        var spin = new TimedSpin(SpinMicroseconds, yields: false);
        while (Volatile.Read(ref _pending.Value) != 0)
        {
            if (!spin.Once())
                return false;
        }

        return true;
    }

    private void Park()
    {
        bool isInterrupted = false;
        Interlocked.Exchange(ref _isParked, 1);
        while (Volatile.Read(ref _pending.Value) != 0)
        {
            try
            {
                // A worker that was late in waking an earlier caller may wake this one, so it looks again.
                _wake.WaitOne();
            }
            catch (ThreadInterruptedException)
            {
                isInterrupted = true;
            }
        }

        Volatile.Write(ref _isParked, 0);
        if (isInterrupted)
            Thread.CurrentThread.Interrupt();
    }

    // A cache line of its own: workers write it while the caller claims chunks.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct PaddedCount
    {
        [FieldOffset(64)]
        public int Value;
    }
}
