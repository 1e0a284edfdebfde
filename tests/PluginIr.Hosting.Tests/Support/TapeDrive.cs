using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>The device that the tape plugins serve: a thread that does what is queued, in order. Disposing it takes the device out of the machine.</summary>
internal sealed class TapeDrive : IDisposable
{
    private readonly BlockingCollection<Action> _queue = [];
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly Thread _thread;

    public TapeDrive(long bytes = 1 << 24)
    {
        Memory = [0, 0, bytes];
        AppDomain.CurrentDomain.SetData("tape.queue", _queue);
        AppDomain.CurrentDomain.SetData("tape.memory", Memory);
        AppDomain.CurrentDomain.SetData("tape.calls", Calls);
        _thread = new Thread(Work) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Bytes: in use, the most that was, how many there are.</summary>
    public long[] Memory { get; }

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Closes the drive: what is queued from now on is done when the result is disposed.</summary>
    public IDisposable Hold()
    {
        var gate = new Gate();
        _queue.Add(gate.Wait);
        return gate;
    }

    /// <summary>Has the plugins' runtimes throw what is no driver's error when they are to wait, until it is mended.</summary>
    public static void Tear(bool isTorn = true) => AppDomain.CurrentDomain.SetData("tape.torn", isTorn);

    /// <summary>Has one member of the plugins' runtimes fail, with the device's ordinal where it has one; null for none.</summary>
    public static void Fail(string? member) => AppDomain.CurrentDomain.SetData("tape.failing", member);

    /// <summary>Takes the drive out of the machine, as far as builds that come from now on can see, or puts it back.</summary>
    public void TakeOut(bool isOut = true) => AppDomain.CurrentDomain.SetData("tape.queue", isOut ? null : _queue);

    /// <summary>Has the plugins' runtimes do something when they are disposed; null for nothing.</summary>
    public static void OnDisposing(Action? action) => AppDomain.CurrentDomain.SetData("tape.disposing", action);

    /// <summary>Waits until everything that was queued is done.</summary>
    public void Finish()
    {
        using var done = new ManualResetEventSlim();
        _queue.Add(done.Set);
        done.Wait();
        if (_failures.TryDequeue(out Exception? failure))
            throw new InvalidOperationException("What was queued on the drive failed.", failure);
    }

    public void Dispose()
    {
        Tear(false);
        Fail(null);
        OnDisposing(null);
        AppDomain.CurrentDomain.SetData("tape.queue", null);
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private void Work()
    {
        while (!_queue.IsCompleted)
            WorkOnce();
    }

    // In a frame of its own: the thread must hold nothing of the plugin whose work it did.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WorkOnce()
    {
        if (!_queue.TryTake(out Action? work, Timeout.Infinite))
            return;
        try
        {
            work();
        }
        catch (Exception failure)
        {
            _failures.Enqueue(failure);
        }
    }

    private sealed class Gate : IDisposable
    {
        private readonly ManualResetEventSlim _open = new();

        public void Wait() => _open.Wait();

        public void Dispose() => _open.Set();
    }
}
